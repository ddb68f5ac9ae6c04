/* Forms with files, one request a file: each shows how far it has come, a refused one says why and
   does not keep the others back, and one whose connection broke off is sent again under the same
   key, so that it is stored once. Without this file the form is sent as a whole. */
(function () {
  "use strict";
  var chosen = new WeakMap();

  function listOf(form) {
    if (!chosen.has(form)) { chosen.set(form, []); }
    return chosen.get(form);
  }

  function show(form) {
    var list = form.querySelector(".uploads");
    list.hidden = !listOf(form).length;
    list.replaceChildren.apply(list, listOf(form).map(function (one) { return one.line; }));
  }

  function add(form, file) {
    var line = document.createElement("li");
    var name = document.createElement("b");
    var bar = document.createElement("progress");
    var said = document.createElement("span");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar, said);
    var one = { file: file, key: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()) + Date.now(), line: line, bar: bar, said: said, state: "waiting" };
    var large = file.size > Number(form.dataset.limit);
    tell(one, large ? "refused" : "waiting", large ? form.dataset.large : form.dataset.waiting);
    listOf(form).push(one);
  }

  function tell(one, state, text) {
    one.state = state;
    one.line.className = state;
    one.said.textContent = text;
  }

  function reasons(html) {
    var part = new DOMParser().parseFromString(html, "text/html");
    var found = part.querySelectorAll(".notice.bad li");
    var lines = found.length ? found : part.querySelectorAll(".notice p");
    return Array.from(lines, function (line) { return line.textContent.replace(/^[^:]*:\s*/, "").trim(); }).join(" ");
  }

  function send(form, one) {
    return new Promise(function (done) {
      var data = new FormData(form);
      data.delete("files");
      data.append("files", one.file);
      var request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("hx-request", "true");
      request.setRequestHeader("idempotency-key", one.key);
      request.setRequestHeader("x-csrftoken", data.get("_csrf_token"));
      request.upload.onprogress = function (event) { one.bar.value = event.total ? event.loaded / event.total : 0; };
      request.onload = function () {
        var good = request.status < 300;
        one.bar.value = good ? 1 : 0;
        if (!good) { one.key = one.key + "+"; }
        tell(one, good ? "sent" : "refused", good ? form.dataset.sent : reasons(request.responseText));
        done();
      };
      request.onerror = function () {
        tell(one, "waiting", form.dataset.broken);
        done();
      };
      request.send(data);
    });
  }

  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (event.target.type !== "file" || !form || !form.matches("form[data-upload]")) { return; }
    Array.from(event.target.files).forEach(function (file) { add(form, file); });
    event.target.value = "";
    show(form);
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-upload]") || !listOf(form).length) { return; }
    event.preventDefault();
    var button = event.submitter || form.querySelector("button[type=submit]");
    var waiting = listOf(form).filter(function (one) { return one.state === "waiting"; });
    button.disabled = true;
    waiting.reduce(function (before, one) {
      return before.then(function () { return send(form, one); });
    }, Promise.resolve()).then(function () {
      var all = listOf(form).every(function (one) { return one.state === "sent"; });
      if (all) { window.location.assign(form.dataset.next); } else { button.disabled = false; }
    });
  });
})();
