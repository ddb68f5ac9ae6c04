/* Keyboard and scanner first: "/" goes to the search box, and what a barcode scanner types while
   no field has the focus is taken there as well. Everything works without this file. */
(function () {
  "use strict";
  var BURST = 50; /* milliseconds between two keys of a scanner */
  var typed = "";
  var last = 0;

  function inField(target) {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("search");
    if (!box || event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) { return; }
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
      typed = "";
      box.focus();
    }
  });

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
