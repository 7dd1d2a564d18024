// SPDX-License-Identifier: 0BSD
// For 'nas verify': a TFLite file in its interpreter (WebAssembly), an image at a
// time.
//	MODEL INPUTS OUTPUTS DIMS; files of int8, all outputs of an image in turn
'use strict';
const fs = require('fs'), path = require('path');
const file = require.resolve(
	'@tensorflow/tfjs-tflite/wasm/tflite_web_api_cc.js');
const dir = path.dirname(file) + '/';
const [model, inputs, outputs] = process.argv.slice(2);

function load() {
	const factory = new Function('require', '__dirname', '__filename',
		fs.readFileSync(file, 'utf8') +
		';return tflite_web_api_ModuleFactory;')(require, dir, file);
	return factory({
		wasmBinary: fs.readFileSync(dir + 'tflite_web_api_cc.wasm'),
		locateFile: (name) => dir + name,
	});
}

const bytes = (t) => Buffer.from(t.buffer, t.byteOffset, t.byteLength);

async function main() {
	const m = await load(), data = fs.readFileSync(model);
	const at = m._malloc(data.length), results = [];
	m.HEAPU8.set(data, at);
	const made = m.TFLiteWebModelRunner.CreateFromBufferAndOptions(at,
		data.length, { numThreads: 1, enableProfiling: false,
			maxProfilingBufferEntries: 0,
			enableWebNNDelegate: false, webNNDeviceType: 0 });
	if (!made.ok())
		throw new Error(made.errorMessage());
	const runner = made.value(), x = runner.GetInputs().get(0);
	const images = fs.readFileSync(inputs), n = x.data().byteLength;
	for (let k = 0; k + n <= images.length; k += n) {
		bytes(x.data()).set(images.subarray(k, k + n));
		if (!runner.Infer())
			throw new Error('the network did not run');
		const y = runner.GetOutputs();
		for (let i = 0; i < y.size(); i++)
			results.push(Buffer.from(bytes(y.get(i).data())));
	}
	fs.writeFileSync(outputs, Buffer.concat(results));
}
main().catch((e) => { console.error(String(e.message || e)); process.exit(1); });
