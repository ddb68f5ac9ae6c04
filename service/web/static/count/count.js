/* Counting with a phone: fetch the list of a stocktake, scan with or without network, send whenever there is
   one. A scan is told to the counter only after it lies in the browser's database (store.js). */
(function () {
  "use strict";
  var page = document.getElementById("count");
  if (!page || !window.indexedDB) { return; }

  var BATCH = 200;
  var AGAIN = 15000; /* milliseconds until unsent scans are tried again */
  var SHOWN = 20;
  var store = null;
  var here = null; /* the queue that is counted with, its list, its place */
  var list = null;
  var staff = null;
  var sending = null;
  var soon = 0;

  function part(name) { return page.querySelector("[data-part='" + name + "']"); }
  function word(name) {
    var found = page.querySelector("template[data-word='" + name + "']");
    return found ? found.content.textContent.trim() : name;
  }
  function say(name, tone, more) {
    var box = part("said");
    box.className = "notice " + (tone || "info");
    box.textContent = word(name) + (more ? " " + more : "");
  }
  function element(tag, text, className) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }

  /* --- the server --- */

  function ask(path, body) {
    var wish = { credentials: "same-origin", headers: { accept: "application/json" }, cache: "no-store", redirect: "error" };
    if (body !== undefined) {
      wish.method = "POST";
      wish.headers["content-type"] = "application/json";
      wish.headers["x-csrftoken"] = staff ? staff.csrf : "";
      wish.body = JSON.stringify(body);
    }
    return fetch(path, wish).catch(function (error) {
      error.offline = true;
      throw error;
    }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (said) {
        if (answer.ok) { return said; }
        var error = new Error(said.detail || said.title || String(answer.status));
        error.status = answer.status;
        error.code = said.code;
        throw error;
      });
    });
  }

  function meet() {
    return ask("/count/session").then(function (said) {
      staff = said;
      return store.putMeta("staff", { staff_id: said.staff_id, name: said.name }).then(function () { return said; });
    });
  }

  function network(state) {
    var box = part("network");
    box.textContent = word(state);
    box.className = "status " + ({ online: "good", sending: "info", login: "bad" }[state] || "warn");
    part("login").hidden = state !== "login";
  }

  /* --- sending --- */

  function report(queue, scans) {
    return Promise.all([
      store.countWaiting(queue.device),
      store.change(queue.device, function (q) { q.report += 1; })
    ]).then(function (both) {
      var now = both[1];
      var held = both[0] - scans.length;
      return {
        device: now.device, name: now.name || "", pack: now.token, report: now.report, held: held,
        last_number: now.next - 1, done: now.done && held === 0, sent_at: new Date().toISOString(),
        scans: scans.map(function (s) {
          return {
            number: s.number, code: s.code, place_id: s.place_id, scanned_at: s.scanned_at,
            undoes: s.undoes || null, quantity: s.quantity || null, seal: s.seal || null, note: s.note || null
          };
        })
      };
    });
  }

  function post(queue, scans) {
    return report(queue, scans).then(function (body) {
      return ask("/count/" + queue.stocktake + "/scans", body).then(function (said) {
        return store.settle(queue.device, said.scans).then(function () {
          return store.change(queue.device, function (q) {
            q.closed = said.closed;
            q.told = body.done && body.last_number === q.next - 1;
          });
        });
      });
    });
  }

  /* one scan the server will not have must not hold up the others; it stays, and is shown */
  function postApart(queue, scans) {
    return scans.reduce(function (before, scan) {
      return before.then(function () {
        return post(queue, [scan]).catch(function (error) {
          if (error.status !== 422 && error.status !== 400) { throw error; }
          return store.refuse(queue.device, scan.number, error.message);
        });
      });
    }, Promise.resolve());
  }

  /* a list is kept only as the server signed it, by the key that came with the session */
  function fetched(reference, device, name, holder) {
    return ask("/count/" + reference + "/pack", { device: device, name: name }).then(function (pack) {
      var told = staff.open.find(function (o) { return o.reference === reference; });
      var key = told ? told.key : "";
      return window.kebienCodes.genuine(pack, key).then(function (good) {
        if (good) { return store.keepPack(device, holder, pack, key); }
        var error = new Error(word("forged"));
        error.forged = true;
        throw error;
      });
    });
  }

  function renew(queue) {
    return fetched(queue.stocktake, queue.device, queue.name || "", queue.staff);
  }

  function sendQueue(queue, tries) {
    return store.waiting(queue.device, BATCH + SHOWN).then(function (all) {
      var scans = all.filter(function (scan) { return !scan.refused; }).slice(0, BATCH);
      if (!scans.length && (queue.told || !queue.done || all.length)) { return; }
      return post(queue, scans).catch(function (error) {
        if (error.status === 422 || error.status === 400) { return postApart(queue, scans); }
        if (error.code === "pack_forged" && tries < 1 && staff.staff_id === queue.staff) {
          return renew(queue).then(function (fresh) { return sendQueue(fresh, tries + 1); });
        }
        throw error;
      }).then(function () {
        return scans.length ? store.queues().then(function (queues) {
          var now = queues.find(function (q) { return q.device === queue.device; });
          return now ? sendQueue(now, tries) : undefined;
        }) : undefined;
      });
    });
  }

  function tidyUp(queues, open) {
    return Promise.all(queues.map(function (queue) {
      if (open.some(function (o) { return o.reference === queue.stocktake; })) { return; }
      if (here && here.device === queue.device) { return; }
      return store.countWaiting(queue.device).then(function (n) { return n ? undefined : store.forget(queue.device); });
    }));
  }

  function sendAll() {
    network("sending");
    return meet().then(function (said) {
      return store.queues().then(function (queues) {
        return queues.reduce(function (before, queue) {
          return before.then(function () { return sendQueue(queue, 0); });
        }, Promise.resolve()).then(function () { return tidyUp(queues, said.open); });
      });
    }).then(function () {
      network("online");
      part("trouble").textContent = "";
    }, function (error) {
      network(error.status === 401 ? "login" : error.offline ? "offline" : "trouble");
      part("trouble").textContent = error.offline || error.status === 401 ? "" : error.message;
    }).then(show);
  }

  function send() {
    if (sending) { sending.again = true; return sending; }
    var work = (navigator.locks ? navigator.locks.request("kebien-count", sendAll) : sendAll());
    sending = work.catch(function () { return undefined; }).then(function () {
      var again = sending.again;
      sending = null;
      return again ? send() : undefined;
    });
    return sending;
  }

  function sendSoon() {
    clearTimeout(soon);
    soon = setTimeout(send, 400);
  }

  /* --- what is shown --- */

  function show() {
    return store.queues().then(function (queues) {
      showChoice(queues);
      if (!here) { return; }
      here = queues.find(function (q) { return q.device === here.device; }) || here;
      return Promise.all([
        store.countAll(here.device), store.countWaiting(here.device), store.latest(here.device, SHOWN * 2)
      ]).then(function (found) {
        part("kept").textContent = found[0];
        part("waiting").textContent = found[1];
        part("done").textContent = word(here.told ? "told" : here.done ? "finishing" : "counting");
        part("expired").hidden = here.expires * 1000 > Date.now();
        showLatest(found[2]);
      });
    });
  }

  function showChoice(queues) {
    var box = part("choice");
    var open = staff ? staff.open : [];
    var known = queues.filter(function (q) { return !open.some(function (o) { return o.reference === q.stocktake; }); });
    var rows = open.concat(known.map(function (q) { return { reference: q.stocktake, title: q.title }; }));
    var seen = {};
    box.textContent = "";
    rows.forEach(function (row) {
      if (seen[row.reference]) { return; }
      seen[row.reference] = true;
      var item = element("li");
      var button = element("button", row.reference + " · " + row.title, "button second");
      button.type = "button";
      button.addEventListener("click", function () { choose(row.reference); });
      item.appendChild(button);
      box.appendChild(item);
    });
    part("nothing").hidden = rows.length > 0;
  }

  var TONES = { in_place: "good", wrong_place: "warn", not_listed: "warn", not_ours: "bad", unknown: "bad", saved: "info" };

  function told(scan) {
    return word(scan.verdict || "saved") + (scan.belongs ? " " + word("belongs") + " " + scan.belongs : "");
  }

  function showLatest(scans) {
    var box = part("latest");
    var undone = {};
    scans.forEach(function (scan) { if (scan.undoes) { undone[scan.undoes] = true; } });
    box.textContent = "";
    scans.filter(function (scan) { return !scan.undoes; }).slice(0, SHOWN).forEach(function (scan) {
      var item = element("li");
      item.dataset.number = scan.number;
      item.appendChild(element("b", scan.reference || scan.code || "–"));
      item.appendChild(document.createTextNode(" "));
      var state = undone[scan.number] ? "undone" : scan.verdict || "saved";
      item.appendChild(element("span", undone[scan.number] ? word("undone") : told(scan), "status long " + (TONES[state] || "plain")));
      if (scan.what) { item.appendChild(element("small", scan.what)); }
      if (scan.refused) { item.appendChild(element("small", word("refused") + " " + scan.refused, "fault")); }
      item.appendChild(element("small", word(scan.waiting ? "unsent" : scan.phase === "late" ? "late" : "sent")));
      if (!undone[scan.number]) {
        var back = element("button", word("undo"), "quiet");
        back.type = "button";
        back.addEventListener("click", function () { keep({ code: scan.code, undoes: scan.number, verdict: "undone" }); });
        item.appendChild(back);
      }
      box.appendChild(item);
    });
  }

  /* --- counting --- */

  var sound = null;
  function beep(good) {
    if (navigator.vibrate) { navigator.vibrate(good ? 60 : [80, 60, 80]); }
    try {
      sound = sound || new AudioContext();
      var tone = sound.createOscillator();
      tone.frequency.value = good ? 880 : 220;
      tone.connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + (good ? 0.08 : 0.3));
    } catch (error) { /* no sound here */ }
  }

  function device() {
    if (window.crypto && crypto.randomUUID) { return crypto.randomUUID(); }
    return "d-" + Date.now().toString(36) + "-" + Math.random().toString(36).slice(2, 12);
  }

  function choose(reference) {
    say("fetching");
    return meet().catch(function () { return store.getMeta("staff"); }).then(function (who) {
      return store.queues().then(function (queues) {
        var mine = queues.find(function (q) { return q.stocktake === reference && (!who || q.staff === who.staff_id); });
        var name = mine ? mine.device : device();
        if (!staff && mine) { return mine; }
        return fetched(reference, name, part("name").value, staff && staff.staff_id).catch(function (error) {
          if (mine && error.offline) { return mine; }
          throw error;
        });
      });
    }).then(count).catch(function (error) {
      if (error.forged) { say("forged", "bad"); return; }
      say(error.status ? "refused" : "no_list", "bad", error.status ? error.message : "");
    });
  }

  function count(queue) {
    return store.pack(queue.device).then(function (pack) {
      return window.kebienCodes.genuine(pack, queue.key).then(function (good) {
        if (good) { return pack; }
        var error = new Error(word("forged"));
        error.forged = true;
        throw error;
      });
    }).then(function (pack) {
      here = queue;
      list = new window.kebienCodes.List(pack);
      location.hash = queue.stocktake;
      part("title").textContent = pack.stocktake + " · " + pack.title;
      part("counter").textContent = pack.counter;
      var box = part("place");
      box.textContent = "";
      list.places.forEach(function (place) {
        var option = element("option", place.name + " (" + place.code + ")");
        option.value = place.id;
        box.appendChild(option);
      });
      box.value = queue.place || pack.root_id;
      part("ahead").hidden = Math.abs(Date.now() - pack.server_ms) < 600000 || queue.expires * 1000 < Date.now();
      page.dataset.counting = "1";
      part("choose").hidden = true;
      part("counting").hidden = false;
      say("ready");
      part("code").focus();
      return show();
    });
  }

  function keep(scan) {
    scan.place_id = Number(part("place").value);
    scan.scanned_at = new Date().toISOString();
    return store.add(here.device, scan).then(function (kept) {
      beep(kept.verdict === "in_place" || kept.verdict === "saved" || kept.verdict === "undone");
      say(kept.verdict, TONES[kept.verdict], [kept.reference, kept.what, kept.belongs ? word("belongs") + " " + kept.belongs : ""]
        .filter(Boolean).join(" · "));
      sendSoon();
      return show();
    }, function () {
      beep(false);
      say("not_saved", "bad");
    });
  }

  function scanned(text) {
    var code = window.kebienCodes.read(text);
    if (code && code.kind === "VT" && list.places.has(code.number)) {
      part("place").value = code.number;
      remember();
      beep(true);
      say("place_now", "good", list.places.get(code.number).name);
      return;
    }
    return list.judge(code && code.kind === "TS" ? code : null, Number(part("place").value)).then(function (verdict) {
      var seal = part("seal").value;
      var quantity = part("quantity").value.trim().replace(",", ".");
      var note = window.kebienCodes.tidy(part("note").value);
      verdict.code = window.kebienCodes.tidy(text);
      if (seal) { verdict.seal = seal; }
      if (/^\d{1,11}(\.\d{1,3})?$/.test(quantity)) { verdict.quantity = quantity; }
      if (note) { verdict.note = note; }
      ["seal", "quantity", "note"].forEach(function (name) { part(name).value = ""; });
      return keep(verdict);
    });
  }

  function remember() {
    var place = Number(part("place").value);
    store.change(here.device, function (queue) { queue.place = place; });
    part("code").focus();
  }

  document.getElementById("count-form").addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    var field = part("code");
    var text = field.value;
    field.value = "";
    field.focus();
    if (here && text.trim()) { scanned(text); }
  });
  part("place").addEventListener("change", remember);
  part("send").addEventListener("click", send);
  part("finish").addEventListener("click", function () {
    store.change(here.device, function (queue) { queue.done = true; queue.told = false; }).then(show).then(send);
  });
  part("other").addEventListener("click", function () {
    here = null;
    location.hash = "";
    part("choose").hidden = false;
    part("counting").hidden = true;
    show();
  });
  /* a scanner types wherever the focus is; here it means this field */
  window.addEventListener("keydown", function (event) {
    var away = !/^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY)$/.test(event.target.tagName);
    if (here && away && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.stopImmediatePropagation();
      part("code").focus();
    }
  }, true);
  window.addEventListener("online", send);
  window.addEventListener("offline", function () { network("offline"); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { send(); } });
  setInterval(function () {
    store.queues().then(function (queues) {
      return Promise.all(queues.map(function (q) {
        return store.countWaiting(q.device).then(function (n) { return n > 0 || (q.done && !q.told); });
      }));
    }).then(function (owing) { if (owing.some(Boolean)) { send(); } });
  }, AGAIN);

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/count/worker.js", { scope: "/count" }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function () { page.dataset.offline = "1"; part("installed").hidden = false; }, function () { /* only with network */ });
  }
  if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }

  window.kebienStore.open().then(function (opened) {
    store = opened;
    part("without").hidden = true;
    part("choose").hidden = false;
    return send();
  }).then(function () {
    var wanted = decodeURIComponent(location.hash.slice(1));
    page.dataset.ready = "1";
    return wanted ? choose(wanted) : undefined;
  }).catch(function () { say("not_saved", "bad"); });
})();
