//! A picture of a comparison, as SVG: when machines booted and stood under our policy, how many requests waited, and what
//! each policy cost. Written by hand, because rectangles and one line need no library.

use std::fmt::Write as _;

use super::{Comparison, Request, Run, Setup};

const WIDTH: f64 = 1_200.0;
const LEFT: f64 = 120.0;
const RIGHT: f64 = 1_180.0;
/// Points of the line of waiting requests: about one for each pixel.
const POINTS: usize = 1_000;
const PHASES: Band = Band { top: 60.0, bottom: 140.0 };
const QUEUE: Band = Band { top: 190.0, bottom: 340.0 };
const COSTS_TOP: f64 = 400.0;
const COST_STEP: f64 = 26.0;

/// A horizontal band of the picture.
struct Band {
    top: f64,
    bottom: f64,
}

/// Draws a comparison; `run` is the run of its first policy.
#[must_use]
pub fn svg(setup: &Setup, trace: &[Request], comparison: &Comparison, run: &Run) -> String {
    let first_ms = trace.first().map_or(0, |request| request.arrived_ms);
    let last_ms = run.lives.iter().map(|life| life.destroyed_ms).max().unwrap_or(first_ms).max(first_ms + 1);
    let x =
        |at_ms: i64| LEFT + (RIGHT - LEFT) * (at_ms - first_ms).max(0) as f64 / (last_ms - first_ms) as f64;
    let height = COSTS_TOP + COST_STEP * (comparison.policies.len() + 1) as f64 + 20.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    let policy = comparison.policies.first().map_or("", |outcome| outcome.name.as_str());
    let title = format!(
        "{}: {policy}, objective {} s, boot {} s, {:.1} h",
        comparison.trace,
        comparison.slo_s,
        comparison.boot_s,
        (last_ms - first_ms) as f64 / 3_600_000.0
    );
    text(&mut out, LEFT, 30.0, "start", &title);
    phases(&mut out, run, &x);
    queue(&mut out, setup, trace, run, (first_ms, last_ms));
    costs(&mut out, comparison);
    out.push_str("</svg>\n");
    out
}

fn phases(out: &mut String, run: &Run, x: &impl Fn(i64) -> f64) {
    text(out, LEFT - 10.0, (PHASES.top + PHASES.bottom) / 2.0 + 4.0, "end", "machines");
    for life in &run.lives {
        let ready_ms = life.ready_ms.unwrap_or(life.destroyed_ms);
        bar(out, (x(life.ordered_ms), x(ready_ms)), &PHASES, "#e8a33d");
        bar(out, (x(ready_ms), x(life.destroyed_ms)), &PHASES, "#3a7d44");
    }
    text(out, RIGHT, PHASES.bottom + 16.0, "end", "orange: boots, green: takes work");
}

fn queue(out: &mut String, setup: &Setup, trace: &[Request], run: &Run, (first_ms, last_ms): (i64, i64)) {
    let deepest = depths(setup, trace, run, (first_ms, last_ms));
    let highest = deepest.iter().copied().max().unwrap_or(0).max(1);
    text(out, LEFT - 10.0, QUEUE.top + 8.0, "end", &highest.to_string());
    text(out, LEFT - 10.0, (QUEUE.top + QUEUE.bottom) / 2.0 + 4.0, "end", "waiting");
    text(out, LEFT - 10.0, QUEUE.bottom, "end", "0");
    out.push_str("<polyline fill=\"none\" stroke=\"#2b5c8a\" stroke-width=\"1\" points=\"");
    for (nth, depth) in deepest.iter().enumerate() {
        let x = LEFT + (RIGHT - LEFT) * nth as f64 / deepest.len() as f64;
        let y = QUEUE.bottom - (QUEUE.bottom - QUEUE.top) * *depth as f64 / highest as f64;
        let _ = write!(out, "{x:.1},{y:.1} ");
    }
    out.push_str("\"/>\n");
}

/// The most requests that waited for a machine at once, in each of [`POINTS`] equal stretches of time.
fn depths(setup: &Setup, trace: &[Request], run: &Run, (first_ms, last_ms): (i64, i64)) -> Vec<u64> {
    let mut changes: Vec<(i64, i64)> = Vec::with_capacity(2 * trace.len());
    for (request, wait_ms) in trace.iter().zip(&run.waits_ms) {
        let started_ms = request.arrived_ms + wait_ms - setup.service.takes_ms(request);
        changes.extend([(request.arrived_ms, 1), (started_ms, -1)]);
    }
    // At one moment the leaving come first, so that whoever is served at once is not counted as waiting.
    changes.sort_unstable();
    let mut deepest = vec![0_u64; POINTS];
    let (mut waiting, mut reached) = (0_i64, 0);
    for (at_ms, change) in changes {
        let share = (at_ms - first_ms) as f64 / (last_ms - first_ms) as f64;
        let place = ((share * POINTS as f64) as usize).min(POINTS - 1);
        let before = waiting.max(0).unsigned_abs();
        for depth in &mut deepest[reached..=place] {
            *depth = (*depth).max(before);
        }
        waiting += change;
        reached = place;
        deepest[place] = deepest[place].max(waiting.max(0).unsigned_abs());
    }
    deepest
}

fn costs(out: &mut String, comparison: &Comparison) {
    let optimum = ("optimum", comparison.optimum_usd);
    let costs: Vec<(&str, f64)> = std::iter::once(optimum)
        .chain(comparison.policies.iter().map(|outcome| (outcome.name.as_str(), outcome.cost_usd)))
        .collect();
    let highest = costs.iter().map(|(_, usd)| *usd).fold(f64::MIN_POSITIVE, f64::max);
    for (nth, (name, usd)) in costs.iter().enumerate() {
        let top = COSTS_TOP + COST_STEP * nth as f64;
        text(out, LEFT - 10.0, top + 14.0, "end", name);
        let right = LEFT + (RIGHT - LEFT - 100.0) * usd / highest;
        bar(
            out,
            (LEFT, right),
            &Band { top, bottom: top + COST_STEP - 8.0 },
            if nth == 0 { "#999" } else { "#2b5c8a" },
        );
        text(out, right + 8.0, top + 14.0, "start", &format!("${usd:.2}"));
    }
}

fn bar(out: &mut String, (from, to): (f64, f64), band: &Band, fill: &str) {
    let (width, height) = ((to - from).max(0.1), band.bottom - band.top);
    let top = band.top;
    let _ = writeln!(
        out,
        "<rect x=\"{from:.2}\" y=\"{top:.1}\" width=\"{width:.2}\" height=\"{height:.1}\" fill=\"{fill}\"/>"
    );
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{escaped}</text>");
}
