/* Keyboard and scanner first: "/" goes to the search box, and a barcode scanner (a keyboard that types very
   fast and ends with Enter) finds its thing on any page, wherever the focus is. A field that wants the code
   itself says data-scan. Everything works without this file. */
(function () {
  "use strict";
  var BURST = 50; /* milliseconds between two keys of a scanner */
  var CODE = /(^|\/)L\/\d{4}\/(TS|VT)-?\d{7,}-?\d$|^(TS|VT)[- ]?\d{7,}[- ]?\d$/i;
  var typed = "";
  var last = 0;
  var before = "";

  function inField(target) {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  function changed(form) {
    return form && form.method === "post" && Array.prototype.some.call(form.elements, function (field) {
      return field.tagName !== "SELECT" && "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
    });
  }

  /* what a scanner types while a field has the focus: the field keeps what it held before */
  function inFieldKey(event, box) {
    var field = event.target;
    if (field.tagName !== "INPUT" || field.dataset.scan !== undefined) { return; }
    var quick = event.timeStamp - last < BURST;
    if (event.key === "Enter" && quick && CODE.test(typed)) {
      event.preventDefault();
      event.stopPropagation();
      field.value = field === box ? "" : before;
      box.value = typed;
      typed = "";
      if (changed(field.form)) { box.focus(); } else { box.form.requestSubmit(); }
      return;
    }
    if (event.key === "Backspace") { typed = quick ? typed.slice(0, -1) : ""; } /* a Vietnamese keyboard mends */
    if (event.key.length === 1) {
      if (!quick) { before = field.value; typed = ""; }
      typed += event.key;
    }
    last = event.timeStamp;
  }

  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("search");
    if (!box || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (inField(event.target)) { inFieldKey(event, box); return; }
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    if (event.key.length !== 1) { return; }
    var quick = event.timeStamp - last < BURST;
    typed = quick ? typed + event.key : event.key;
    last = event.timeStamp;
    if (typed.length > 2) {
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
