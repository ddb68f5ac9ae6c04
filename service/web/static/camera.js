/* Reads codes with the camera and sends them as if they were typed: the text goes into the field named by
   data-field, and the form named by data-form is submitted. Nothing leaves the device but that text.
   Without this file, or without a camera, the number is typed. */
(function () {
  "use strict";
  var camera = document.getElementById("camera");
  if (!camera || !window.BarcodeDetectionAPI || !navigator.mediaDevices) { return; }

  var EVERY = 120; /* milliseconds between two looks */
  var SAME = 2500; /* a code that stays before the camera counts once in this time */
  var told = camera.dataset;
  var form = document.getElementById(told.form);
  var field = document.getElementById(told.field);
  var video = camera.querySelector("video");
  var button = camera.querySelector("[data-start]");
  var said = camera.querySelector("[data-said]");
  var stream = null;
  var last = { text: "", at: 0 };

  window.BarcodeDetectionAPI.prepareZXingModule({ overrides: { locateFile: function () { return told.wasm; } } });
  var detector = new window.BarcodeDetectionAPI.BarcodeDetector({ formats: ["qr_code", "code_128"] });

  function say(text) { said.textContent = text; }

  function stop() {
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    video.hidden = true;
    button.hidden = false;
  }

  function take(text) {
    var now = Date.now();
    if (text === last.text && now - last.at < SAME) { return; }
    last = { text: text, at: now };
    say(told.found + " " + text);
    var touched = navigator.userActivation && navigator.userActivation.hasBeenActive;
    if (touched && navigator.vibrate) { navigator.vibrate(60); }
    field.value = text;
    if (told.stays === undefined) { stop(); }
    form.requestSubmit();
  }

  function look() {
    if (!stream) { return; }
    detector.detect(video).then(function (codes) {
      if (codes.length && stream) { take(codes[0].rawValue); }
    }, function () { /* no picture yet */ }).then(function () { setTimeout(look, EVERY); });
  }

  function start() {
    if (button.hidden) { return; }
    button.hidden = true;
    say(told.looking);
    var wish = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
    navigator.mediaDevices.getUserMedia(wish).then(function (given) {
      stream = given;
      video.srcObject = given;
      video.hidden = false;
      return video.play().then(look);
    }).catch(function (error) {
      stop();
      say(error.name === "NotAllowedError" ? told.refused : told.none);
    });
  }

  camera.hidden = false;
  button.addEventListener("click", start);
  document.addEventListener("visibilitychange", function () { if (document.hidden) { stop(); } });
  if (navigator.permissions && navigator.permissions.query) {
    navigator.permissions.query({ name: "camera" }).then(function (right) {
      if (right.state === "granted") { start(); }
    }, function () { /* the browser does not tell */ });
  }
})();
