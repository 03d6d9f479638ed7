// The colours that the visitor chose, before anything is painted. It also says
// that scripts run: without them the page shows all its views, one below the
// other. Where the tabs have no room side by side, it keeps that of the view in
// sight. And where the loader can't be loaded, it shows the recorded run.
"use strict";

(() => {
	const root = document.documentElement;
	root.dataset.script = "on";

	const stored = (value) => {
		try { // storage can be forbidden
			if (value !== undefined) {
				localStorage.setItem("tlsplay.theme", value);
			}
			return localStorage.getItem("tlsplay.theme");
		} catch {
			return value;
		}
	};

	addEventListener("load", () => {
		if (!globalThis.tlsplay) { // which the loader makes before it does anything else
			for (const el of document.querySelectorAll(".stored")) {
				el.outerHTML = el.textContent;
			}
		}
	});

	const media = { light: "not all", dark: "screen" }; // paper is always light
	const apply = (theme) => {
		document.getElementById("dark").media = media[theme] || "screen and (prefers-color-scheme: dark)";
		root.style.colorScheme = media[theme] ? theme : "";
	};

	// Once the head has been read, and before any of the body is painted: the colours,
	// and the view that the address names.
	const view = /^#\/(\w+)/.exec(location.hash);
	const watch = new MutationObserver(() => {
		if (document.body) {
			watch.disconnect();
			apply(stored());
			if (view) {
				document.body.dataset.view = view[1];
			}
		}
	});
	watch.observe(root, { childList: true });

	const tab = () => {
		const tabs = document.getElementById("tabs");
		const of = tabs.querySelector(`[href^="#/${document.body.dataset.view}"]`) || tabs.firstElementChild;
		if (of && tabs.scrollWidth > tabs.clientWidth) {
			tabs.scrollLeft = of.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - of.offsetWidth) / 2;
		}
	};

	document.addEventListener("DOMContentLoaded", () => {
		const soon = () => requestAnimationFrame(tab); // when the page is laid out anyway
		soon();
		new MutationObserver(soon).observe(document.body, { attributeFilter: ["data-view"] });
		const select = document.getElementById("theme");
		select.value = media[stored()] ? stored() : "system";
		select.addEventListener("change", () => apply(stored(select.value)));
		const shortcuts = document.getElementById("shortcuts");
		try {
			shortcuts.checked = localStorage.getItem("tlsplay.shortcuts") !== "off";
			shortcuts.addEventListener("change", () => localStorage.setItem("tlsplay.shortcuts", shortcuts.checked ? "on" : "off"));
		} catch {
			shortcuts.disabled = true;
		}
	});
})();
