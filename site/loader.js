// The loader brings the page's Go program, compiled to WebAssembly, into the
// browser and starts it. The page is readable before, and says what is wrong
// when this can't succeed. It runs while the page is still being read, so that the
// program is compiled meanwhile.
//
// The program comes in two parts (build/bundle, Split): what it needs to show a first
// run, and the rest, which is brought once that can be seen.
//
// In the page it uses #boot, which it hides once the program runs, and in it
// #boot-status, the text; it adds a progress bar and a Retry button to them.
//
// The page holds a run that was recorded when it was built, in .stored, which are
// noscript elements. Where the program is as good as here, its own first run is shown
// instead: to lay out both would only delay it. Where not, they are unfolded.
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
//   file(id)        the bytes of tlsplay-texts or tlsplay-presets; an Error where they
//                   could not be loaded
//   whole()         a Promise, resolved when the rest of the program is there, and the
//                   word that it is time to bring it
//   resolveReady()  to be called once tlsplay is complete
//
// All randomness enters Go's wasm through one import, runtime.getRandomData. It
// is synchronous and can't call back into Go, so a program that wants its
// randomness repeatable sets entropy beforehand: while it is set, each read is
// answered with the next bytes, and used advances. A read for which too few
// are left sets exhausted and gets the browser's randomness, as do all reads
// while entropy is null.
//
// performance.mark notes how starting went: tlsplay:loader, tlsplay:complete (the first
// part has come), tlsplay:instantiated, tlsplay:first (its work is on the page),
// tlsplay:whole and tlsplay:ready; tlsplay:stored, when the recorded run was unfolded;
// tlsplay:awaited, when a function of the rest was called before that was there, and so
// all stood still.
"use strict";

(() => {
	const script = document.currentScript;
	const packed = document.getElementById("tlsplay-wasm"); // in the single file only, ahead of this

	// The parts: where they are, and how long.
	const first = { file: script.dataset.wasm, length: Number(script.dataset.wasmBytes), id: "tlsplay-wasm" };
	const rest = { file: script.dataset.rest, length: Number(script.dataset.restBytes), id: "tlsplay-rest" };

	const mark = (name) => performance.mark(`tlsplay:${name}`);

	// Whether all is there on which the program draws; #build is the last of it. What a
	// browser does once it has read a page takes longer than what remains to be read.
	const read = () => document.readyState !== "loading" || document.getElementById("build") !== null;

	const parsed = new Promise((resolve) => {
		const look = () => {
			if (document.readyState !== "loading") {
				resolve();
			}
		};
		look();
		document.addEventListener("readystatechange", look);
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
	let again = null; // what Retry does
	retry.addEventListener("click", () => again());
	bar.id = "boot-progress";
	bar.setAttribute("aria-label", "Loading");
	bar.hidden = true;
	bytes.id = "boot-bytes"; // not in #boot-status, which is read out at each change
	parsed.then(() => {
		boot = document.getElementById("boot");
		status = document.getElementById("boot-status");
		status?.after(bar, bytes, retry);
		say(said);
	});

	let said = "";
	const say = (text) => {
		said = text;
		if (status) {
			status.textContent = text;
		}
	};

	// Shows the recorded run, until there is one of its own.
	let live = false;
	const unfold = () => {
		if (live) {
			return;
		}
		const all = document.querySelectorAll(".stored");
		for (const el of all) {
			el.outerHTML = el.textContent;
		}
		if (all.length > 0) {
			mark("stored");
		}
	};
	if (location.hash.length > 2) { // an address is gone to once all of the program is here
		unfold();
		const watch = new MutationObserver(unfold);
		watch.observe(document, { subtree: true, childList: true });
		parsed.then(() => watch.disconnect());
	}
	setTimeout(() => parsed.then(unfold), 600); // milliseconds

	const failed = (text, retrying) => {
		again = retrying;
		unfold();
		if (boot) {
			boot.hidden = false;
			boot.dataset.state = "failed";
		}
		bar.hidden = true;
		bytes.textContent = "";
		retry.hidden = !retrying;
		say(text);
		if (!retrying) {
			rejectReady(new Error(text));
		}
	};

	// What the visitor does before the program heeds it is done again then: once, however
	// often it was tried.
	const heeded = ["click", "change", "input", "keydown"];
	let early = [];
	const keep = (event) => {
		const { type, target, key } = event;
		early = early.filter((e) => e.type !== type || e.target !== target || e.key !== key);
		early.push(event);
	};
	heeded.forEach((type) => addEventListener(type, keep, true));
	const catchUp = () => {
		heeded.forEach((type) => removeEventListener(type, keep, true));
		for (const event of early) {
			const { type, target } = event;
			if (target.isConnected && (type !== "click" || target.closest("[data-act], [data-copy]"))) {
				target.dispatchEvent(new event.constructor(type, event));
			}
		}
		early = [];
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
		: "Chrome or Edge 80, Firefox 79 or Safari 15, or a later version of these";

	// What the first part's global rest says while the program stands still for it.
	const awaited = 1;

	// A Go program with the randomness described above.
	const makeGo = () => {
		const go = new Go();
		const host = { entropy: null, file: null, whole: null, resolveReady: null };
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

		// While the rest is awaited, the program stands in the middle of something: what
		// happens meanwhile is kept for later.
		const kept = [];
		let exports = null;
		const enter = (f) => {
			f();
			if (exports.rest.value === awaited) {
				mark("awaited");
				host.whole();
			}
		};
		const run = (instance) => {
			exports = instance.exports;
			memory = exports.mem;
			globalThis.tlsplayHost = host;
			const resume = () => {
				if (exports.rest.value === awaited) {
					kept.push(go._pendingEvent);
				} else {
					enter(exports.resume);
				}
			};
			const has = go._scheduledTimeouts.has.bind(go._scheduledTimeouts); // Go's asks again until it was heard
			go._scheduledTimeouts.has = (id) => exports.rest.value !== awaited && has(id);
			let ended;
			enter(() => { ended = go.run(Object.create(instance, { exports: { value: { ...exports, resume } } })); });
			return ended;
		};
		const complete = async (module) => {
			await WebAssembly.instantiate(module, { first: exports });
			exports.proceed();
			for (const event of kept.splice(0)) {
				go._pendingEvent = event;
				exports.resume();
			}
		};
		return { host, run, complete, importObject: go.importObject };
	};

	class DownloadError extends Error {}

	const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

	// A stream's bytes, counted as they come. A browser tells the length only of
	// what was compressed, so the build tells it that of the whole.
	const counted = (stream, total) => {
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

	// The single file holds the parts as base64 of gzip.
	const unpack = ({ id }) => {
		const text = document.getElementById(id).textContent;
		const bytes = Uint8Array.fromBase64
			? Uint8Array.fromBase64(text)
			: Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
		return asWasm(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
	};

	const download = async ({ file }) => {
		let response;
		try {
			response = await fetch(file, { credentials: "same-origin" });
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
		await Promise.all([["tlsplay-texts", script.dataset.texts], ["tlsplay-presets", script.dataset.presets]].map(async ([id, file]) => {
			try {
				if (packed) {
					files.set(id, new TextEncoder().encode(document.getElementById(id).textContent));
					return;
				}
				const response = await fetch(file);
				if (!response.ok) {
					throw new Error(`the server answered ${response.status}`);
				}
				files.set(id, new Uint8Array(await response.arrayBuffer()));
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

	// Whether the page has come slowly, for whatever reason.
	const slowly = () => !atOnce() || performance.now() > 350; // milliseconds

	// A page that has come slowly is to be seen before anything else is done: to read the
	// wasm would take the very time in which it is drawn.
	const seen = async () => {
		if (!slowly() || document.hidden) {
			return;
		}
		await parsed;
		unfold();
		await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
	};

	// Compiles a part while its bytes still come, where the browser can. To be counted,
	// they have to pass through here, which costs another copy of them all.
	const compile = async (part) => {
		const response = packed ? unpack(part) : await download(part);
		if (part === first) {
			await seen();
		}
		const streaming = WebAssembly.compileStreaming && response.headers.get("Content-Type") === "application/wasm";
		if (streaming && atOnce()) {
			const slow = setTimeout(() => { bar.hidden = false; }, 1000); // milliseconds
			try {
				return await WebAssembly.compileStreaming(response);
			} catch (err) {
				throw packed || err instanceof WebAssembly.CompileError ? err : new DownloadError(err.message);
			} finally {
				clearTimeout(slow);
			}
		}
		const counter = counted(response.body, part.length);
		try {
			if (WebAssembly.compileStreaming) {
				return await WebAssembly.compileStreaming(asWasm(counter.stream));
			}
			return await WebAssembly.compile(await new Response(counter.stream).arrayBuffer());
		} catch (err) {
			throw !packed && counter.interrupted ? new DownloadError(counter.interrupted.message) : err;
		}
	};

	const broken = async (err, retrying) => {
		await parsed;
		if (err instanceof DownloadError) {
			failed(`The download was interrupted (${err.message}).`, retrying);
		} else {
			failed(`The program could not be started: ${err.message}. It needs ${browsers}.`);
		}
	};

	const start = async () => {
		retry.hidden = true;
		const lacking = missing();
		if (lacking.length > 0) {
			await parsed;
			failed(`This page runs TLS itself, here in your browser, and this browser lacks ${lacking.join(", ")}. It needs ${browsers}.`);
			return;
		}
		say("Loading the TLS implementation …");
		let module, file;
		try {
			[module, file] = await Promise.all([compile(first), texts()]);
		} catch (err) {
			broken(err, start);
			return;
		}
		mark("complete");
		if (!read()) {
			await parsed;
		}
		const go = makeGo();
		go.host.file = file;
		go.host.resolveReady = () => {
			boot.hidden = true;
			boot.dataset.state = "ready";
			mark("ready");
			catchUp();
			resolveReady(tlsplay);
		};
		let resolveWhole;
		const whole = new Promise((resolve) => { resolveWhole = resolve; });
		const finish = async () => {
			await parsed;
			retry.hidden = true;
			bar.hidden = true;
			boot.hidden = true;
			boot.dataset.state = "rest";
			say("Loading the rest of this page …");
			const slow = setTimeout(() => { boot.hidden = false; }, 500); // milliseconds
			try {
				await go.complete(await compile(rest));
			} catch (err) {
				broken(err, finish);
				return;
			} finally {
				clearTimeout(slow);
			}
			mark("whole");
			resolveWhole();
		};
		let asked = false;
		go.host.whole = () => {
			if (!asked) {
				asked = true;
				mark("first");
				finish();
			}
			return whole;
		};
		let instance;
		try {
			instance = await WebAssembly.instantiate(module, go.importObject);
		} catch (err) {
			broken(err, start);
			return;
		}
		mark("instantiated");
		live = true;
		await go.run(instance);
		failed("The program has ended unexpectedly. Please reload the page; the browser's console tells more.");
	};

	mark("loader");
	start();
})();

// And Go's half, of the very toolchain that compiles the program:
// build: wasm_exec.js
