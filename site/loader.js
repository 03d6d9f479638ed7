// The loader brings the page's Go program, compiled to WebAssembly, into the
// browser and starts it. The page is readable before, and says what is wrong
// when this can't succeed. It runs while the page is still being read, so that the
// program is compiled meanwhile.
//
// In the page it uses #boot, which it hides once the program runs, and in it
// #boot-status, the text; it adds a progress bar and a Retry button to them.
//
// For everyone it makes globalThis.tlsplay, at once, with
//
//   ready   a Promise, resolved (with tlsplay) when the program runs, rejected
//           when it can't
//
// to which the program adds run, version and so on before it calls resolveReady.
//
// For the program alone it makes globalThis.tlsplayHost, which the program
// takes and deletes before it does anything else:
//
//   entropy         null, or {bytes: Uint8Array, used: number, exhausted: boolean}
//   file(id)        the text of the file that the element with that id names or, in
//                   the single file, holds; an Error where it could not be loaded
//   resolveReady()  to be called once tlsplay is complete
//
// All randomness enters Go's wasm through one import, runtime.getRandomData. It
// is synchronous and can't call back into Go, so a program that wants its
// randomness repeatable sets entropy beforehand: while it is set, each read is
// answered with the next bytes, and used advances. A read for which too few
// are left sets exhausted and gets the browser's randomness, as do all reads
// while entropy is null.
//
// performance.mark notes how starting went: tlsplay:loader, tlsplay:complete (all
// bytes have come), tlsplay:instantiated and tlsplay:ready.
"use strict";

(() => {
	const script = document.currentScript;
	const packed = document.getElementById("tlsplay-wasm"); // in the single file only, ahead of this

	// The page has been read and Go's half of this is there, or will never be.
	const parsed = new Promise((resolve) => {
		const look = () => {
			if (document.readyState === "complete" || document.readyState === "interactive" && typeof Go === "function") {
				resolve();
			}
		};
		look();
		document.addEventListener("DOMContentLoaded", look);
		addEventListener("load", look);
	});

	let resolveReady, rejectReady;
	const tlsplay = {};
	tlsplay.ready = new Promise((resolve, reject) => {
		resolveReady = resolve;
		rejectReady = reject;
	});
	tlsplay.ready.catch(() => {}); // whoever doesn't wait for it needn't hear of it twice
	globalThis.tlsplay = tlsplay;

	// What the visitor sees of all this, once the page has been read.
	let boot = null, status = null;
	const bar = document.createElement("progress");
	const bytes = document.createElement("span");
	const retry = document.createElement("button");
	retry.type = "button";
	retry.id = "boot-retry";
	retry.textContent = "Retry";
	retry.hidden = true;
	retry.addEventListener("click", () => start());
	bar.id = "boot-progress";
	bar.setAttribute("aria-label", "Loading");
	bar.hidden = true;
	bytes.id = "boot-bytes"; // not in #boot-status, which is read out at each change
	parsed.then(() => {
		boot = document.getElementById("boot");
		status = document.getElementById("boot-status");
		status?.after(bar, bytes, retry);
	});

	const say = (text) => {
		if (status) {
			status.textContent = text;
		}
	};

	const failed = (text, canRetry) => {
		if (boot) {
			boot.hidden = false;
			boot.dataset.state = "failed";
		}
		bar.hidden = true;
		bytes.textContent = "";
		retry.hidden = !canRetry;
		say(text);
		if (!canRetry) {
			rejectReady(new Error(text));
		}
	};

	// What the program can't do without, and where it is missing.
	const missing = () => {
		const needs = [
			["WebAssembly", typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function"],
			["BigInt", typeof BigInt === "function"],
			["TextEncoder and TextDecoder", typeof TextEncoder === "function" && typeof TextDecoder === "function"],
			["secure random numbers (crypto.getRandomValues)", typeof crypto === "object" && typeof crypto.getRandomValues === "function"],
			["fetch", packed || typeof fetch === "function"],
			["streams (ReadableStream)", typeof ReadableStream === "function"],
			["DecompressionStream", !packed || typeof DecompressionStream === "function"],
		];
		return needs.filter(([, there]) => !there).map(([name]) => name);
	};

	const browsers = packed
		? "Chrome or Edge 80, Firefox 113 or Safari 16.4, or a later version of these"
		: "Chrome 75, Edge 79, Firefox 79 or Safari 15, or a later version of these";

	// A Go program with the randomness described above.
	const makeGo = () => {
		const go = new Go();
		const host = { entropy: null, file: null, resolveReady: null };
		const fromBrowser = go.importObject.gojs["runtime.getRandomData"];
		let memory = null;

		// func getRandomData(r []byte): at sp+8 the slice's address and length,
		// of 64 bits each, the upper halves zero in a 32-bit memory.
		go.importObject.gojs["runtime.getRandomData"] = (sp) => {
			const entropy = host.entropy;
			if (!entropy) {
				return fromBrowser(sp);
			}
			const view = new DataView(memory.buffer);
			const at = view.getUint32((sp >>> 0) + 8, true);
			const length = view.getUint32((sp >>> 0) + 16, true);
			if (entropy.used + length > entropy.bytes.length) {
				entropy.exhausted = true;
				return fromBrowser(sp);
			}
			const next = entropy.bytes.subarray(entropy.used, entropy.used + length);
			new Uint8Array(memory.buffer, at, length).set(next);
			entropy.used += length;
		};

		const run = (instance) => {
			memory = instance.exports.mem;
			globalThis.tlsplayHost = host;
			return go.run(instance);
		};
		return { host, run, importObject: go.importObject };
	};

	class DownloadError extends Error {}

	const mark = (name) => performance.mark(`tlsplay:${name}`);

	const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

	// A stream's bytes, counted as they come. A browser tells the length only of
	// what was compressed, so the build tells it that of the whole.
	const counted = (stream) => {
		const total = Number(script.dataset.wasmBytes);
		const reader = stream.getReader();
		let seen = 0, next = 0;
		bar.max = total;
		bar.value = 0;
		bar.hidden = false;
		const counter = { interrupted: null }; // the error that ended the stream early
		counter.stream = new ReadableStream({
			async pull(out) {
				try {
					const { done, value } = await reader.read();
					if (done) {
						mark("complete");
						out.close();
						return;
					}
					seen += value.byteLength;
					if (performance.now() > next || seen >= total) {
						next = performance.now() + 50; // milliseconds: each costs a layout
						bar.value = seen;
						bytes.textContent = `${megabytes(seen)} of ${megabytes(total)} MB`;
					}
					out.enqueue(value);
				} catch (err) {
					counter.interrupted = err;
					out.error(err);
				}
			},
		});
		return counter;
	};

	const asWasm = (stream) => new Response(stream, { headers: { "Content-Type": "application/wasm" } });

	// The single file holds its wasm as base64 of gzip.
	const unpack = () => {
		const text = packed.textContent;
		const bytes = Uint8Array.fromBase64
			? Uint8Array.fromBase64(text)
			: Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
		return asWasm(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
	};

	const download = async () => {
		let response;
		try {
			response = await fetch(script.dataset.wasm, { credentials: "same-origin" });
		} catch (err) {
			throw new DownloadError(err.message);
		}
		if (!response.ok) {
			throw new DownloadError(`the server answered ${response.status}`);
		}
		return response;
	};

	// The texts, which the page asks for by itself before anyone else does.
	const texts = async () => {
		const files = new Map();
		await Promise.all(["tlsplay-texts", "tlsplay-presets"].map(async (id) => {
			const el = document.getElementById(id);
			try {
				if (el.href) {
					const response = await fetch(el.href);
					if (!response.ok) {
						throw new Error(`the server answered ${response.status}`);
					}
					files.set(id, await response.text());
				} else {
					files.set(id, el.textContent);
				}
			} catch (err) {
				files.set(id, new Error(`Texts could not be loaded (${err.message}): reload the page.`));
			}
		}));
		return (id) => files.get(id);
	};

	// Whether nobody would see a progress bar: the wasm is here, or the page itself has
	// come at once, which is all that has come by now (18 kB, compressed).
	const atOnce = () => {
		const [page] = performance.getEntriesByType("navigation");
		return packed || page?.responseEnd > 0 && page.responseEnd - page.responseStart < 25; // milliseconds
	};

	// A page that has come slowly is to be seen before anything else is done: to read the
	// wasm would take the very time in which it is drawn.
	const seen = () => new Promise((resolve) => {
		if (performance.now() < 200 || document.hidden) { // milliseconds
			resolve();
		} else {
			requestAnimationFrame(() => setTimeout(resolve));
		}
	});

	// Compiles while the bytes still come, where the browser can. To be counted, they
	// have to pass through here, which costs another copy of them all.
	const compile = async () => {
		const response = packed ? unpack() : await download();
		await seen();
		const streaming = WebAssembly.compileStreaming && response.headers.get("Content-Type") === "application/wasm";
		if (streaming && atOnce()) {
			const slow = setTimeout(() => { bar.hidden = false; }, 1000); // milliseconds
			try {
				const module = await WebAssembly.compileStreaming(response);
				mark("complete");
				return module;
			} catch (err) {
				throw packed || err instanceof WebAssembly.CompileError ? err : new DownloadError(err.message);
			} finally {
				clearTimeout(slow);
			}
		}
		const counter = counted(response.body);
		try {
			if (WebAssembly.compileStreaming) {
				return await WebAssembly.compileStreaming(asWasm(counter.stream));
			}
			return await WebAssembly.compile(await new Response(counter.stream).arrayBuffer());
		} catch (err) {
			throw !packed && counter.interrupted ? new DownloadError(counter.interrupted.message) : err;
		}
	};

	const start = async () => {
		retry.hidden = true;
		const lacking = missing();
		const compiling = lacking.length > 0 ? null : compile();
		compiling?.catch(() => {}); // told of below, once that can be seen
		await parsed;
		if (lacking.length > 0) {
			failed(`This page runs TLS itself, here in your browser, and this browser lacks ${lacking.join(", ")}. It needs ${browsers}.`);
			return;
		}
		if (typeof Go !== "function") {
			failed("A part of this page could not be loaded. Please check the connection and reload the page.");
			return;
		}
		say("Loading the TLS implementation …");
		const go = makeGo();
		go.host.resolveReady = () => {
			if (boot) {
				boot.hidden = true;
				boot.dataset.state = "ready";
			}
			mark("ready");
			resolveReady(tlsplay);
		};
		let instance;
		try {
			const [module, file] = await Promise.all([compiling, texts()]);
			go.host.file = file;
			instance = await WebAssembly.instantiate(module, go.importObject);
		} catch (err) {
			if (err instanceof DownloadError) {
				failed(`The download was interrupted (${err.message}).`, true);
			} else {
				failed(`The program could not be started: ${err.message}. It needs ${browsers}.`);
			}
			return;
		}
		mark("instantiated");
		await go.run(instance);
		failed("The program has ended unexpectedly. Please reload the page; the browser's console tells more.");
	};

	mark("loader");
	start();
})();
