// SPDX-License-Identifier: GPL-3.0-or-later
// What TensorFlow Lite computes: an independent judge of .tflite files, run by
// tests/interop/tflite.py or by hand.
//
//	npm i @tensorflow/tfjs-tflite@0.0.1-alpha.10
//	node tests/tools/tflite_run.js model.tflite inputs.bin outputs.bin
//
// inputs.bin: one input tensor after another, in the bytes of its type, as
// outputs.bin holds the outputs. NODE_MODULES says where the package is.
const fs = require('fs'), path = require('path');
const dir = path.join(path.resolve(process.env.NODE_MODULES || 'node_modules'),
	'@tensorflow/tfjs-tflite/wasm/');
const [model, inputs, outputs] = process.argv.slice(2);

async function load() {
	const source = fs.readFileSync(dir + 'tflite_web_api_cc.js', 'utf8');
	const factory = new Function('require', '__dirname', '__filename',
		source + ';return tflite_web_api_ModuleFactory;')(require, dir,
		dir + 'tflite_web_api_cc.js');
	return factory({
		wasmBinary: fs.readFileSync(dir + 'tflite_web_api_cc.wasm'),
		locateFile: (name) => dir + name,
	});
}

async function main() {
	const m = await load();
	const bytes = fs.readFileSync(model);
	const at = m._malloc(bytes.length);
	m.HEAPU8.set(bytes, at);
	const made = m.TFLiteWebModelRunner.CreateFromBufferAndOptions(at,
		bytes.length, {numThreads: 1, enableProfiling: false,
			maxProfilingBufferEntries: 0, enableWebNNDelegate: false,
			webNNDeviceType: 0});
	if (!made.ok())
		throw new Error(made.errorMessage());
	const runner = made.value();
	const x = runner.GetInputs().get(0), y = runner.GetOutputs().get(0);
	const take = (t) => Buffer.from(t.buffer, t.byteOffset, t.byteLength);
	const data = fs.readFileSync(inputs), results = [];
	const n = x.data().byteLength;
	for (let k = 0; k + n <= data.length; k += n) {
		const to = x.data();
		new Uint8Array(to.buffer, to.byteOffset, n)
			.set(data.subarray(k, k + n));
		if (!runner.Infer())
			throw new Error('the network did not run');
		results.push(Buffer.from(take(y.data())));
	}
	fs.writeFileSync(outputs, Buffer.concat(results));
	console.log(results.length + ' runs, ' + y.data().byteLength +
		' bytes each, ' + x.dataType + ' to ' + y.dataType);
}
main().catch((e) => { console.error(e); process.exit(1); });
