package browser

// Vitals is a script for [Open] that notes how loading and using a page feels:
// globalThis.vitals.lcp is when the largest content was painted so far, shift the
// sum of all layout shifts that followed no input, shifts what moved, and
// interactions the milliseconds from each input to the next paint.
const Vitals = `
globalThis.vitals = { lcp: 0, shift: 0, shifts: [], interactions: [] };
(() => {
	const observe = (options, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ buffered: true, ...options });
	const name = (node) => node ? node.nodeName + (node.id ? "#" + node.id : "") + (node.className ? "." + node.className : "") : "?";
	observe({ type: "largest-contentful-paint" }, (e) => { vitals.lcp = e.startTime; vitals.largest = name(e.element); });
	observe({ type: "layout-shift" }, (e) => {
		if (!e.hadRecentInput) {
			vitals.shift += e.value;
			vitals.shifts.push(Math.round(e.startTime) + " ms: " + e.value.toFixed(4) + " " + e.sources.map((s) => name(s.node)).join(", "));
		}
	});
	observe({ type: "event", durationThreshold: 16 }, (e) => { if (e.interactionId) { vitals.interactions.push(e.duration); } });
})();`
