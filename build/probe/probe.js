"use strict";

const go = new Go();
const script = document.currentScript;
const packed = document.getElementById("tlsplay-wasm");
let response;
if (packed) {
	const text = packed.textContent;
	const bytes = Uint8Array.fromBase64
		? Uint8Array.fromBase64(text)
		: Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	response = new Response(stream, { headers: { "Content-Type": "application/wasm" } });
} else {
	response = fetch(script.dataset.wasm);
}
WebAssembly.instantiateStreaming(response, go.importObject).then(({ instance }) => go.run(instance));
