/* Lets the counting page open without network: the page and its files are kept, nothing else is touched.
   Scans are no matter of this worker; the page keeps and sends them itself. */
"use strict";
/* FILES, PAGE and VERSION stand before this text when it is served */

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(VERSION).then(function (cache) {
    return cache.addAll(FILES).then(function () {
      return fetch(PAGE, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
        return answer.ok ? cache.put(PAGE, answer) : undefined;
      }, function () { /* kept when the page is opened next */ });
    });
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.startsWith("kebien-count-") && name !== VERSION; })
      .map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function page(request) {
  return caches.open(VERSION).then(function (cache) {
    return fetch(request).then(function (answer) {
      if (answer.ok && !answer.redirected && answer.type === "basic") {
        cache.put(PAGE, answer.clone());
        return answer;
      }
      return cache.match(PAGE).then(function (kept) { return kept || answer; });
    }, function (error) {
      return cache.match(PAGE).then(function (kept) {
        if (kept) { return kept; }
        throw error;
      });
    });
  });
}

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var path = new URL(request.url).pathname;
  if (request.method !== "GET") { return; }
  if (request.mode === "navigate" && path === PAGE) {
    event.respondWith(page(request));
  } else if (FILES.includes(path)) {
    event.respondWith(caches.open(VERSION).then(function (cache) {
      return cache.match(path).then(function (kept) { return kept || fetch(request); });
    }));
  }
});
