// SPDX-License-Identifier: GPL-3.0-or-later
// Runs ONNX files for interop.py: a line of JSON in, {model, input, dims,
// output}, a line of JSON out, {name: {dims, type, file}} or {error}.
'use strict';
const fs = require('fs');
const readline = require('readline');
const ort = require('onnxruntime-node');

async function run(job) {
	const session = await ort.InferenceSession.create(job.model, {
		executionProviders: ['cpu'], intraOpNumThreads: 2,
		enableMemPattern: false, enableCpuMemArena: false,
	});
	const raw = fs.readFileSync(job.input);
	const data = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);
	const image = new ort.Tensor('float32', data, job.dims);
	const results = await session.run({ [session.inputNames[0]]: image });
	const out = {};
	for (const [i, name] of Object.keys(results).entries()) {
		const t = results[name], file = `${job.output}.${i}`;
		fs.writeFileSync(file, Buffer.from(t.data.buffer,
			t.data.byteOffset, t.data.byteLength));
		out[name] = { dims: t.dims, type: t.type, file };
	}
	await session.release();
	return out;
}

(async () => {
	for await (const line of readline.createInterface(process.stdin)) {
		let answer;
		try {
			answer = await run(JSON.parse(line));
		} catch (e) {
			answer = { error: String(e.message || e) };
		}
		process.stdout.write(JSON.stringify(answer) + '\n');
	}
})();
