{% load i18n %}(function () {
  "use strict";
  var script = document.currentScript;
  if (!script) { return; }
  var frame = document.createElement("iframe");
  var query = script.src.indexOf("?") < 0 ? "" : script.src.slice(script.src.indexOf("?"));
  frame.src = "{{ frame|escapejs }}" + query;
  frame.title = script.getAttribute("data-title") || "{% filter escapejs %}{% translate 'Events' %}{% endfilter %}";
  frame.width = "100%";
  frame.height = script.getAttribute("data-height") || "600";
  frame.setAttribute("loading", "lazy");
  frame.setAttribute("frameborder", "0");
  script.parentNode.insertBefore(frame, script.nextSibling);
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== "{{ origin|escapejs }}") { return; }
    var height = event.data && Number(event.data.miittiHeight);
    if (height > 0 && height < 20000) { frame.height = String(Math.ceil(height)); }
  });
}());
