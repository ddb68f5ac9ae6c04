/* Reads a scanned or typed code as the server does, and tells from the pack what it is. */
(function () {
  "use strict";
  var SCANNED = /(?:^|\/)L\/(\d{4})\/(TS|VT)-?(\d{7,18}?)-?(\d)\/?$/;
  var TYPED = /^(TS|VT)[\s._\-\u2010-\u2015]*(?:(\d{1,18})[\s._\-\u2010-\u2015]+(\d)|(\d{7,17})(\d))$/i;
  var SHOWN = 7;

  function checkDigit(number) {
    var rest = 10;
    number.padStart(SHOWN, "0").split("").forEach(function (digit) {
      rest = (rest + Number(digit)) % 10 || 10;
      rest = rest * 2 % 11;
    });
    return (11 - rest) % 10;
  }

  /* a text as it is sent: no control characters, not too long; whatever it is, something is sent */
  function tidy(text) {
    var clean = text.normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, " ").trim();
    return Array.from(clean).slice(0, 300).join("").trim();
  }

  function read(text) {
    var said = tidy(text).toUpperCase();
    var kind, number, digit, match;
    if ((match = SCANNED.exec(said))) {
      kind = match[2]; number = match[3]; digit = match[4];
    } else if ((match = TYPED.exec(said))) {
      kind = match[1]; number = match[2] || match[4]; digit = match[3] || match[5];
    } else { return null; }
    var plain = number.replace(/^0+(?=\d)/, "");
    if (number.length > Math.max(SHOWN, plain.length) || checkDigit(plain) !== Number(digit)) { return null; }
    return { kind: kind, number: Number(plain), reference: kind + "-" + plain.padStart(SHOWN, "0") + "-" + digit };
  }

  function bytes(text) { return new TextEncoder().encode(text); }

  function sha256(text) { return crypto.subtle.digest("SHA-256", bytes(text)).then(function (d) { return new Uint8Array(d); }); }

  function hex(array) {
    return Array.prototype.map.call(array, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  function unveil(salt, reference, text) {
    var hidden = Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
    var blocks = [];
    for (var i = 0; i * 32 < hidden.length; i += 1) { blocks.push(sha256(salt + "|" + reference + "|" + i)); }
    return Promise.all(blocks).then(function (streams) {
      return new TextDecoder().decode(hidden.map(function (b, n) { return b ^ streams[n >> 5][n & 31]; }));
    });
  }

  /* what a pack is signed over, in this order; inventory/stocktakes/queries/packs.py says the same */
  var SIGNED = ["stocktake", "title", "token", "counter", "expires", "server_ms", "blind", "salt", "root_id", "last_number", "places", "items"];

  function unhex(text) {
    return Uint8Array.from(String(text).match(/../g) || [], function (two) { return parseInt(two, 16); });
  }

  /* whether a pack is as the server signed it; a browser tells only where the connection is a secure one,
     and only there a page works without network */
  function genuine(pack, key) {
    if (!window.isSecureContext) { return Promise.resolve(true); }
    if (!pack || !key) { return Promise.resolve(false); }
    var said = JSON.stringify(SIGNED.map(function (name) { return pack[name]; }));
    var kind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    return crypto.subtle.importKey("raw", unhex(key), kind, false, ["verify"]).then(function (made) {
      return crypto.subtle.verify(kind, made, unhex(pack.signature), bytes(said));
    }).catch(function () { return false; });
  }

  /* the pack as it is looked things up in */
  function List(pack) {
    this.salt = pack.salt;
    this.places = new Map(pack.places.map(function (p) { return [p[0], { id: p[0], path: p[1], code: p[2], name: p[3] }]; }));
    this.items = new Map(pack.items.map(function (i) { return [i[0], { place: i[1], what: i[2] }]; }));
  }

  /* a verdict without network; "saved" where this device cannot tell */
  List.prototype.judge = function (code, placeId) {
    var self = this;
    if (!code) { return Promise.resolve({ verdict: "unknown" }); }
    if (this.salt && !(window.crypto && crypto.subtle)) { return Promise.resolve({ verdict: "saved" }); }
    var key = this.salt
      ? sha256(this.salt + "|" + code.reference).then(function (d) { return hex(d).slice(0, 24); })
      : Promise.resolve(code.reference);
    return key.then(function (found) {
      var item = self.items.get(found);
      if (!item) { return { verdict: "not_listed", reference: code.reference }; }
      var here = self.places.get(placeId), listed = self.places.get(item.place);
      var right = here && listed && (listed.path.startsWith(here.path) || here.path.startsWith(listed.path));
      var what = self.salt ? unveil(self.salt, code.reference, item.what) : Promise.resolve(item.what);
      return what.then(function (text) {
        return {
          verdict: right ? "in_place" : "wrong_place",
          reference: code.reference,
          what: text,
          belongs: right || !listed ? null : listed.name
        };
      });
    });
  };

  window.kebienCodes = { read: read, tidy: tidy, genuine: genuine, List: List };
})();
