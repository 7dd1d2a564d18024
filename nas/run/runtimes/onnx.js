// SPDX-License-Identifier: 0BSD
// For 'nas verify': an ONNX file in ONNX Runtime, an image at a time.
//	MODEL INPUTS OUTPUTS DIMS; files of floats, all outputs of an image in turn
'use strict';
const fs = require('fs');
const ort = require('onnxruntime-node');
const [model, inputs, outputs, list] = process.argv.slice(2);

async function main() {
	const session = await ort.InferenceSession.create(model,
		{ executionProviders: ['cpu'], intraOpNumThreads: 1 });
	const raw = fs.readFileSync(inputs), dims = list.split(',').map(Number);
	const n = dims.reduce((a, b) => a * b, 4), results = [];
	for (let k = 0; k + n <= raw.length; k += n) {
		const x = new Float32Array(n / 4);
		Buffer.from(x.buffer).set(raw.subarray(k, k + n));
		const y = await session.run({ [session.inputNames[0]]:
			new ort.Tensor('float32', x, dims) });
		for (const name of session.outputNames) {
			const d = y[name].data;
			results.push(Buffer.from(d.buffer.slice(d.byteOffset,
				d.byteOffset + d.byteLength)));
		}
	}
	fs.writeFileSync(outputs, Buffer.concat(results));
}
main().catch((e) => { console.error(String(e.message || e)); process.exit(1); });
