/* Keyboard and scanner first: "/" goes to the search box, and a barcode scanner (a keyboard that types very
   fast and ends with Enter) finds its thing on any page, wherever the focus is. A field that wants the code
   itself says data-scan. Everything works without this file. */
(function () {
  "use strict";
  var BURST = 80; /* milliseconds between two keys of a scanner, on average; hands are slower */
  var PAUSE = 300; /* after so many a new code begins in a field */
  var IDLE = 1500; /* the same where no field has the focus, and keys mean nothing else */
  var CODE = /(^|\/)L\/\d{4}\/(TS|VT)-?\d{7,}-?\d$|^(TS|VT)[- ]?\d{7,}[- ]?\d$/i;
  var typed = "";
  var first = 0;
  var last = -IDLE;
  var before = "";
  var where = null;

  /* takes up what was typed so far, or begins anew elsewhere or after a pause; says whether it goes on */
  function goesOn(event, pause) {
    var on = event.target === where && event.timeStamp - last < pause;
    if (!on) { typed = ""; first = event.timeStamp; }
    last = event.timeStamp;
    where = event.target;
    return on;
  }

  function inField(target) {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  function changed(form) {
    return form && form.getAttribute("method") === "post" && Array.prototype.some.call(form.elements, function (field) {
      return field.tagName !== "SELECT" && "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
    });
  }

  /* what a scanner types while a field has the focus: the field keeps what it held before */
  function inFieldKey(event, box) {
    var field = event.target;
    if (field.tagName !== "INPUT" || field.dataset.scan !== undefined) { return; }
    if (event.key.length > 1 && event.key !== "Enter" && event.key !== "Backspace") { return; }
    var on = goesOn(event, PAUSE);
    if (event.key === "Enter") {
      var scanned = on && CODE.test(typed) && (last - first) / typed.length < BURST;
      if (!scanned) { return; }
      event.preventDefault();
      event.stopPropagation();
      field.value = field === box ? "" : before;
      box.value = typed;
      typed = "";
      if (changed(field.form)) { box.focus(); } else { box.form.requestSubmit(); }
    } else if (event.key === "Backspace") { /* a Vietnamese keyboard mends */
      typed = typed.slice(0, -1);
    } else {
      if (!on) { before = field.value; }
      typed += event.key;
    }
  }

  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("search");
    if (!box || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (inField(event.target)) { inFieldKey(event, box); return; }
    if (event.key === "Enter") {
      if (goesOn(event, IDLE) && CODE.test(typed)) {
        event.preventDefault();
        box.value = typed;
        typed = "";
        box.form.requestSubmit();
      }
      return;
    }
    if (event.key.length !== 1) { return; }
    var on = goesOn(event, IDLE);
    if (event.key === "/" && !(on && typed)) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    typed += event.key;
    if (typed.length > 2 && (last - first) / typed.length < BURST) {
      event.preventDefault();
      box.value = typed;
      before = "";
      box.focus();
    }
  }, true);

  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (button && !event.defaultPrevented) {
      /* after the form has been read, so that the button's own value is sent */
      setTimeout(function () { button.disabled = true; }, 0);
      setTimeout(function () { button.disabled = false; }, 8000); /* the answer may be a file */
      window.addEventListener("pageshow", function () { button.disabled = false; }, { once: true });
    }
  });
})();
