/* What a counting device keeps: lists ("packs") and scans, in the browser's own database.
   A scan has its number and lies on the disk before anybody is told that it was taken; its number is drawn
   in the same transaction, so that two windows, a reload or a crash never give one number twice. */
(function () {
  "use strict";
  var NAME = "kebien-count";

  function asked(request) {
    return new Promise(function (resolve, reject) {
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = function () { reject(request.error); };
    });
  }

  function done(transaction) {
    return new Promise(function (resolve, reject) {
      transaction.oncomplete = function () { resolve(); };
      transaction.onabort = function () { reject(transaction.error || new Error("aborted")); };
      transaction.onerror = function () { reject(transaction.error); };
    });
  }

  function open() {
    var request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = function () {
      var db = request.result;
      db.createObjectStore("meta");
      db.createObjectStore("queues", { keyPath: "device" });
      db.createObjectStore("packs");
      var scans = db.createObjectStore("scans", { keyPath: ["device", "number"] });
      scans.createIndex("waiting", ["device", "waiting"]);
    };
    return asked(request).then(function (db) {
      db.onversionchange = function () { db.close(); };
      return new Store(db);
    });
  }

  function Store(db) { this.db = db; }

  Store.prototype.write = function (names, act) {
    var transaction = this.db.transaction(names, "readwrite", { durability: "strict" });
    var result = act.apply(null, names.map(function (name) { return transaction.objectStore(name); }));
    return Promise.all([Promise.resolve(result), done(transaction)]).then(function (both) { return both[0]; });
  };

  Store.prototype.read = function (name, act) {
    return act(this.db.transaction(name).objectStore(name));
  };

  Store.prototype.getMeta = function (key) { return this.read("meta", function (s) { return asked(s.get(key)); }); };
  Store.prototype.putMeta = function (key, value) { return this.write(["meta"], function (s) { s.put(value, key); }); };

  /* a queue: one counter with one phone in one stocktake; its pack is kept beside it */
  Store.prototype.queues = function () { return this.read("queues", function (s) { return asked(s.getAll()); }); };
  Store.prototype.pack = function (device) { return this.read("packs", function (s) { return asked(s.get(device)); }); };

  Store.prototype.keepPack = function (device, staff, pack, key) {
    return this.write(["queues", "packs"], function (queues, packs) {
      return asked(queues.get(device)).then(function (queue) {
        queue = queue || { device: device, next: 1, report: 0, done: false, told: false };
        queue.staff = staff;
        queue.stocktake = pack.stocktake;
        queue.title = pack.title;
        queue.counter = pack.counter;
        queue.token = pack.token;
        queue.key = key;
        queue.expires = pack.expires;
        queue.next = Math.max(queue.next, pack.last_number + 1);
        queues.put(queue);
        packs.put(pack, device);
        return queue;
      });
    });
  };

  Store.prototype.change = function (device, act) {
    return this.write(["queues"], function (queues) {
      return asked(queues.get(device)).then(function (queue) {
        if (queue) { act(queue); queues.put(queue); }
        return queue;
      });
    });
  };

  Store.prototype.add = function (device, scan) {
    return this.write(["queues", "scans"], function (queues, scans) {
      return asked(queues.get(device)).then(function (queue) {
        scan.device = device;
        scan.number = queue.next;
        scan.waiting = 1;
        queue.next += 1;
        queue.done = false;
        queue.told = false;
        queues.put(queue);
        scans.add(scan);
        return scan;
      });
    });
  };

  Store.prototype.waiting = function (device, most) {
    return this.read("scans", function (s) {
      return asked(s.index("waiting").getAll(IDBKeyRange.only([device, 1]), most));
    });
  };

  Store.prototype.countWaiting = function (device) {
    return this.read("scans", function (s) { return asked(s.index("waiting").count(IDBKeyRange.only([device, 1]))); });
  };

  Store.prototype.countAll = function (device) {
    return this.read("scans", function (s) {
      return asked(s.count(IDBKeyRange.bound([device, 0], [device, Number.MAX_SAFE_INTEGER])));
    });
  };

  Store.prototype.latest = function (device, most) {
    return this.read("scans", function (s) {
      return new Promise(function (resolve, reject) {
        var found = [];
        var all = IDBKeyRange.bound([device, 0], [device, Number.MAX_SAFE_INTEGER]);
        var request = s.openCursor(all, "prev");
        request.onerror = function () { reject(request.error); };
        request.onsuccess = function () {
          var cursor = request.result;
          if (!cursor || found.length >= most) { resolve(found); return; }
          found.push(cursor.value);
          cursor.continue();
        };
      });
    });
  };

  /* the server has them: they wait no more; one whose number is another scan's gets a new number */
  Store.prototype.settle = function (device, answers) {
    return this.write(["queues", "scans"], function (queues, scans) {
      return asked(queues.get(device)).then(function (queue) {
        return Promise.all(answers.map(function (answer) {
          return asked(scans.get([device, answer.number])).then(function (scan) {
            if (!scan || !scan.waiting) { return; }
            if (answer.taken === "number_taken") {
              scans.delete([device, scan.number]);
              scan.number = queue.next;
              queue.next += 1;
            } else {
              delete scan.waiting;
              scan.verdict = answer.verdict;
              scan.phase = answer.phase;
              scan.reference = answer.reference || scan.reference;
              scan.what = answer.what || scan.what;
              scan.belongs = answer.belongs || scan.belongs;
            }
            scans.put(scan);
          });
        })).then(function () { queues.put(queue); });
      });
    });
  };

  Store.prototype.refuse = function (device, number, why) {
    return this.write(["scans"], function (scans) {
      return asked(scans.get([device, number])).then(function (scan) {
        if (scan) { scan.refused = why; scans.put(scan); }
      });
    });
  };

  /* a stocktake that is over and owes nothing is forgotten */
  Store.prototype.forget = function (device) {
    return this.write(["queues", "packs", "scans"], function (queues, packs, scans) {
      queues.delete(device);
      packs.delete(device);
      scans.delete(IDBKeyRange.bound([device, 0], [device, Number.MAX_SAFE_INTEGER]));
    });
  };

  window.kebienStore = { open: open };
})();
