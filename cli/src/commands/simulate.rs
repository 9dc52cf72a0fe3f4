//! `prospector simulate`: what machines would have cost on a trace of the past, under the shipped policy and others.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
};

use ai_harness::{
    cost::Billing,
    lifecycle::Parameters,
    simulate::{BootModel, Comparison, PolicyName, Request, ServiceModel, Setup, compare, read, svg},
};
use anyhow::Context as _;

use crate::{args::SimulateArgs, output};

/// The first two bytes of every gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// A boot is given up after this many times its mean while too few were seen; the default settings have the same ratio.
const BOOTS_UNTIL_GIVEN_UP: i64 = 4;

/// Runs the command.
pub(crate) fn run(args: &SimulateArgs) -> anyhow::Result<()> {
    let trace = read_trace(&args.trace)
        .with_context(|| format!("failed to read the trace {}", args.trace.display()))?;
    let policies = args.policy.map_or_else(|| PolicyName::ALL.to_vec(), |policy| vec![policy]);
    for slo_s in &args.slo_s {
        let setup = setup(args, *slo_s);
        let (comparison, runs) = compare(&setup, &name(&args.trace), &trace, &policies);
        if args.json {
            output::line(&serde_json::to_string(&comparison)?);
        } else {
            print(&comparison);
        }
        if let (Some(plot), Some(run)) = (&args.plot, runs.first()) {
            let path = if args.slo_s.len() > 1 { with_objective(plot, *slo_s) } else { plot.clone() };
            std::fs::write(&path, svg(&setup, &trace, &comparison, run))
                .with_context(|| format!("failed to write the plot {}", path.display()))?;
        }
    }
    Ok(())
}

fn setup(args: &SimulateArgs, slo_s: f64) -> Setup {
    let boot_ms = milliseconds(args.boot_s);
    Setup {
        billing: Billing {
            price_microusd_per_hour: (args.price_hour * 1e6).round() as i64,
            granularity_ms: args.billing.milliseconds(),
            minimum_ms: 0,
        },
        boot: BootModel { mean_ms: boot_ms, cv: args.boot_cv, fail: args.boot_fail },
        service: ServiceModel {
            prefill_tokens_per_s: args.prefill_tokens_per_s,
            decode_tokens_per_s: args.decode_tokens_per_s,
            slots: args.slots,
        },
        seed: args.seed,
        budget: None,
        parameters: Parameters {
            latency_objective_ms: milliseconds(slo_s),
            max_machines: args.max_nodes,
            boot_prior_ms: boot_ms,
            boot_timeout_ms: boot_ms * BOOTS_UNTIL_GIVEN_UP,
            ..Parameters::default()
        },
    }
}

/// At least 1, as nothing in the world takes no time.
fn milliseconds(seconds: f64) -> i64 {
    ((seconds * 1_000.0).round() as i64).max(1)
}

/// Reads a trace, compressed or not, whatever its name says.
fn read_trace(path: &Path) -> anyhow::Result<Vec<Request>> {
    let mut file = BufReader::new(File::open(path)?);
    let is_compressed = file.fill_buf()?.starts_with(&GZIP_MAGIC);
    let input: Box<dyn Read> =
        if is_compressed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(read(input)?)
}

/// The trace's name: its file's, without what says how it is stored.
fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.strip_suffix(".csv").unwrap_or(name).to_owned()
}

/// `out.svg` for an objective of 900 s is `out-900.svg`.
fn with_objective(plot: &Path, slo_s: f64) -> PathBuf {
    let stem = plot.file_stem().unwrap_or_default().to_string_lossy();
    let extension =
        plot.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    plot.with_file_name(format!("{stem}-{slo_s}{extension}"))
}

fn print(comparison: &Comparison) {
    let Comparison { trace, slo_s, boot_s, optimum_usd, policies } = comparison;
    output::line(&format!("{trace}: objective {slo_s} s, boot {boot_s} s, optimum ${optimum_usd:.2}"));
    let rows = policies.iter().map(|outcome| {
        vec![
            outcome.name.clone(),
            format!("${:.2}", outcome.cost_usd),
            format!("{:.3}", outcome.ratio_to_optimum),
            format!("{:.0}", outcome.p50_s),
            format!("{:.0}", outcome.p95_s),
            format!("{:.0}", outcome.p99_s),
            format!("{:.0}", outcome.max_s),
            format!("{:.2} %", outcome.late * 100.0),
            outcome.provisions.to_string(),
            format!("{:.1}", outcome.idle_hours),
        ]
    });
    let header =
        ["policy", "cost", "of optimum", "p50 s", "p95 s", "p99 s", "max s", "late", "provisions", "idle h"];
    output::table(&header, rows.collect());
}
