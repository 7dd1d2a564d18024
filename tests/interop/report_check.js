// SPDX-License-Identifier: GPL-3.0-or-later
// Put into a copy of a page by tests/interop/report.sh: looks for text of
// charts that is cut or runs into other text, for charts that are not there,
// and for a page wider than its window; writes what it finds into the page.
(function () {
	function shown(e) {
		var r = e.getBoundingClientRect();
		return r.width > 0 && r.height > 0;
	}
	// The box that a font gives a line is taller than its letters.
	function box(e) {
		var r = e.getBoundingClientRect(), d = 0.12 * r.height;
		return { left: r.left + 0.5, right: r.right - 0.5,
			 top: r.top + d, bottom: r.bottom - d,
			 text: e.textContent };
	}
	function meet(a, b) {
		return a.left < b.right && b.left < a.right &&
		       a.top < b.bottom && b.top < a.bottom;
	}
	function checkSvg(svg, name, bad) {
		var frame = svg.getBoundingClientRect();
		var boxes = Array.from(svg.querySelectorAll('text'))
			.filter(shown).map(box);
		boxes.forEach(function (a, i) {
			if (a.left < frame.left - 1 ||
			    a.right > frame.right + 1 ||
			    a.top < frame.top - 1 ||
			    a.bottom > frame.bottom + 1 ||
			    a.right > innerWidth + 1 || a.left < -1)
				bad.push(name + ': cut: ' + a.text);
			for (var k = i + 1; k < boxes.length; k++)
				if (meet(a, boxes[k]))
					bad.push(name + ': overlap: ' + a.text +
						 ' | ' + boxes[k].text);
		});
		return boxes.length;
	}
	// Text of the page itself: inside its column, no line over another.
	function checkText(bad) {
		document.querySelectorAll('h1,h2,p,figcaption,dt,dd,summary,' +
			'.cards td,.facts td').forEach(function (e) {
			if (shown(e) && e.scrollWidth > e.clientWidth + 1 &&
			    getComputedStyle(e).display !== 'inline')
				bad.push('cut: ' + e.textContent.slice(0, 80));
		});
	}
	function check() {
		var bad = [], texts = 0, charts = 0;
		document.querySelectorAll('figure').forEach(function (f) {
			var svgs = Array.from(f.querySelectorAll('svg'))
				.filter(shown);
			if (svgs.length === 1) {
				charts++;
				texts += checkSvg(svgs[0], f.id, bad);
			} else if (!f.querySelector('.absent')) {
				bad.push(f.id + ': ' + svgs.length +
					 ' drawings are shown');
			}
		});
		if (document.documentElement.scrollWidth > innerWidth)
			bad.push('page is wider than the window: ' +
				 document.documentElement.scrollWidth);
		checkText(bad);
		var who = location.hash.slice(1) + ', ' + innerWidth + ' px';
		console.log('report-check: ' + who + ', ' + charts +
			    ' charts, ' + texts + ' texts, ' + bad.length +
			    ' faults');
		bad.forEach(function (b) {
			console.log('report-fault: ' + who + ': ' + b);
		});
	}
	addEventListener('load', check);
})();
