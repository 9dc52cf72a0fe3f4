//! The parts of the screen, each drawn into the room it is given.

use prospector_domain::{
    event::Event,
    job::JobState,
    time::{SECOND_MS, UnixMs},
};
use prospector_store::{OTHERS_COUNTED_MAX, QUEUED_COUNTED_MAX, QueueLook, WorkerLook};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Text},
    widgets::{Block, Borders, Cell, Paragraph, Row, Table, Widget, Wrap},
};

use super::{
    figures::{age, count, details, dollars, tail, time_of_day},
    snapshot::{Machine, Snapshot},
    ui::{Panel, Ui},
};

/// A panel lower than this has no room for the names of its columns.
const HEADER_FROM_HEIGHT: u16 = 4;

/// Draws panels of one snapshot.
pub(super) struct Panels<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) ui: &'a Ui,
    pub(super) now: UnixMs,
}

/// One column of a table.
struct Column {
    name: &'static str,
    width: Constraint,
    is_number: bool,
}

impl Column {
    const fn text(name: &'static str, width: u16) -> Self {
        Self { name, width: Constraint::Length(width), is_number: false }
    }

    const fn number(name: &'static str, width: u16) -> Self {
        Self { name, width: Constraint::Length(width), is_number: true }
    }

    /// A column that takes what room the others leave.
    const fn rest(name: &'static str) -> Self {
        Self { name, width: Constraint::Fill(1), is_number: false }
    }
}

/// One row of a table.
struct Entry {
    cells: Vec<String>,
    /// What draws the eye to it.
    colour: Option<Color>,
}

/// How many rows a panel has.
pub(super) fn rows_of(snapshot: &Snapshot, panel: Panel) -> usize {
    match panel {
        Panel::Queues => snapshot.overview.queues.len(),
        Panel::Candidates => candidate_lines(snapshot).len(),
        Panel::Workers => workers(snapshot).len(),
        Panel::Machines => snapshot.machines.len(),
        Panel::Events => snapshot.events.len(),
    }
}

impl Panels<'_> {
    pub(super) fn queues(&self, area: Rect, buffer: &mut Buffer) {
        let columns = [
            Column::text("", 9),
            Column::number("queued", 7),
            Column::number("due", 7),
            Column::number("parked", 6),
            Column::number("runs", 5),
            Column::number("dead", 6),
            Column::number("oldest", 6),
            Column::number("/min", 5),
        ];
        let rows = self.snapshot.overview.queues.iter().map(|queue| self.queue(queue)).collect();
        self.table(Panel::Queues, "queues", &columns, rows, area, buffer);
    }

    fn queue(&self, queue: &QueueLook) -> Entry {
        let name = if queue.paused { format!("{}‖", queue.kind) } else { queue.kind.to_string() };
        let overdue_ms = queue.oldest_run_at_ms.map_or(-1, |at| self.now.since(at));
        let cells = vec![
            name,
            count(queue.queued, QUEUED_COUNTED_MAX),
            count(queue.due, QUEUED_COUNTED_MAX),
            count(queue.parked, OTHERS_COUNTED_MAX),
            queue.running.to_string(),
            count(queue.dead, OTHERS_COUNTED_MAX),
            age(overdue_ms),
            self.per_minute(queue),
        ];
        let marked = if queue.dead > 0 || queue.paused { Some(Color::Yellow) } else { None };
        Entry { cells, colour: marked }
    }

    /// Jobs of the kind that finished, as many as a minute would have at the rate of what was counted.
    fn per_minute(&self, queue: &QueueLook) -> String {
        let finished = &self.snapshot.overview.finished;
        let counted: i64 = finished.iter().map(|part| part.jobs).sum();
        let of_kind =
            finished.iter().filter(|part| part.kind == queue.kind && part.state == JobState::Succeeded);
        let jobs: i64 = of_kind.map(|part| part.jobs).sum();
        if counted < OTHERS_COUNTED_MAX {
            return jobs.to_string();
        }
        let first =
            finished.iter().map(|part| part.first_finished_at_ms).min().unwrap_or(self.snapshot.at_ms);
        let stands_for_ms = self.snapshot.at_ms.since(first).max(SECOND_MS);
        (jobs * 60 * SECOND_MS / stands_for_ms).to_string()
    }

    pub(super) fn candidates(&self, area: Rect, buffer: &mut Buffer) {
        let block = self.block(Panel::Candidates, "candidates", "");
        let lines: Vec<Line> = candidate_lines(self.snapshot).into_iter().map(Line::from).collect();
        let scrolled = u16::try_from(self.ui.scrolled(Panel::Candidates)).unwrap_or(u16::MAX);
        let mut paragraph = Paragraph::new(lines).scroll((scrolled, 0)).block(block);
        // In little room every line shows its beginning.
        if area.height >= HEADER_FROM_HEIGHT {
            paragraph = paragraph.wrap(Wrap { trim: true });
        }
        paragraph.render(area, buffer);
    }

    pub(super) fn workers(&self, area: Rect, buffer: &mut Buffer) {
        let columns = [
            Column::text("worker", 15),
            Column::number("runs", 5),
            Column::number("oldest", 7),
            Column::number("lease", 7),
            Column::rest("kinds"),
        ];
        let rows: Vec<Entry> = workers(self.snapshot).iter().map(|worker| self.worker(worker)).collect();
        let title = format!("workers with jobs {}", rows.len());
        self.table(Panel::Workers, &title, &columns, rows, area, buffer);
    }

    fn worker(&self, parts: &[&WorkerLook]) -> Entry {
        let owner = parts.first().map_or("", |part| part.owner.as_str());
        let (role, _) = owner.split_once('-').unwrap_or((owner, ""));
        let oldest = parts.iter().filter_map(|part| part.oldest_started_at_ms).min();
        let lease_ms = parts.iter().map(|part| part.first_lease_until_ms.since(self.now)).min().unwrap_or(-1);
        let kinds: Vec<String> = parts.iter().map(|part| format!("{} {}", part.kind, part.jobs)).collect();
        let cells = vec![
            format!("{role}-{}", tail(owner)),
            parts.iter().map(|part| part.jobs).sum::<i64>().to_string(),
            age(oldest.map_or(-1, |at| self.now.since(at).max(0))),
            if lease_ms < 0 { "out".to_owned() } else { age(lease_ms) },
            kinds.join(", "),
        ];
        Entry { cells, colour: (lease_ms < 0).then_some(Color::Red) }
    }

    pub(super) fn machines(&self, area: Rect, buffer: &mut Buffer) {
        let columns = [
            Column::text("phase", 10),
            Column::number("since", 6),
            Column::number("cost", 9),
            Column::rest("from"),
            Column::rest("engine"),
        ];
        let rows: Vec<Entry> = self.snapshot.machines.iter().map(|machine| self.machine(machine)).collect();
        let money = &self.snapshot.money;
        let phases: Vec<String> = money
            .by_phase_microusd
            .iter()
            .filter(|(_, cost)| **cost > 0)
            .map(|(phase, cost)| format!("{phase} {}", dollars(*cost)))
            .collect();
        let mut title = format!(
            "machines {}, today {} of {}, left {}",
            rows.len(),
            dollars(money.spent_microusd),
            dollars(money.budget_microusd),
            dollars(money.left_microusd)
        );
        if !phases.is_empty() {
            title += &format!(": {}", phases.join(", "));
        }
        self.table(Panel::Machines, &title, &columns, rows, area, buffer);
    }

    fn machine(&self, machine: &Machine) -> Entry {
        let place = [machine.provider.as_str(), &machine.region, &machine.size];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let engine = match &machine.error {
            Some(error) => format!("{error} ({})", machine.engine),
            None => machine.engine.to_string(),
        };
        let cells = vec![
            machine.phase.to_string(),
            age(self.now.since(machine.phase_at_ms).max(0)),
            dollars(machine.cost_microusd),
            place.join("/"),
            engine,
        ];
        Entry { cells, colour: machine.error.as_ref().map(|_| Color::Yellow) }
    }

    pub(super) fn events(&self, area: Rect, buffer: &mut Buffer) {
        let columns = [
            Column::text("UTC", 8),
            Column::text("event", 24),
            Column::text("about", 16),
            Column::rest("details"),
        ];
        let rows = self.snapshot.events.iter().map(event).collect();
        self.table(Panel::Events, "events", &columns, rows, area, buffer);
    }

    fn table(
        &self,
        panel: Panel,
        title: &str,
        columns: &[Column],
        rows: Vec<Entry>,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let has_header = area.height >= HEADER_FROM_HEIGHT;
        let room = usize::from(area.height.saturating_sub(1 + u16::from(has_header)));
        // Scrolling ends when the last row is in sight.
        let from = self.ui.scrolled(panel).min(rows.len().saturating_sub(room));
        let (first, last, all) = (from + 1, (from + room).min(rows.len()), rows.len());
        let seen = if all > room && room > 0 { format!(" {first}-{last} of {all}") } else { String::new() };
        let cells = |texts: Vec<String>| {
            let aligned = |(text, column): (String, &Column)| {
                let text = Text::from(text);
                Cell::from(if column.is_number { text.right_aligned() } else { text })
            };
            Row::new(texts.into_iter().zip(columns).map(aligned))
        };
        let shown = rows.into_iter().skip(from).take(room).map(|row| {
            let style = row.colour.map_or_else(Style::new, |colour| self.coloured(colour));
            cells(row.cells).style(style)
        });
        let mut table = Table::new(shown, columns.iter().map(|column| column.width)).column_spacing(1);
        if has_header {
            let names = columns.iter().map(|column| column.name.to_owned()).collect();
            table = table.header(cells(names).style(Style::new().add_modifier(Modifier::DIM)));
        }
        let block = self.block(panel, title, &seen);
        Widget::render(table.block(block), area, buffer);
    }

    fn block(&self, panel: Panel, title: &str, seen: &str) -> Block<'static> {
        let focused = self.ui.focus == panel;
        let style =
            if focused { Style::new().add_modifier(Modifier::REVERSED) } else { self.coloured(Color::Cyan) };
        Block::new()
            .borders(Borders::TOP)
            .border_style(Style::new().add_modifier(Modifier::DIM))
            .title(Line::styled(format!(" {title}{seen} "), style))
    }

    fn coloured(&self, colour: Color) -> Style {
        if self.ui.colour { Style::new().fg(colour) } else { Style::new().add_modifier(Modifier::BOLD) }
    }
}

/// What each worker runs, by kind.
fn workers(snapshot: &Snapshot) -> Vec<Vec<&WorkerLook>> {
    let parts = &snapshot.overview.workers;
    parts.chunk_by(|a, b| a.owner == b.owner).map(|parts| parts.iter().collect()).collect()
}

/// Where candidates are, why they are held, and what became of those of the last hour. A state without any is left out.
fn candidate_lines(snapshot: &Snapshot) -> Vec<String> {
    let counted = |is_terminal: bool| {
        let of_state =
            snapshot.overview.candidates.iter().filter(|(state, _)| state.is_terminal() == is_terminal);
        let words: Vec<String> = of_state.map(|(state, count)| format!("{state} {count}")).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    let mut holds: Vec<_> = snapshot.overview.holds.iter().collect();
    holds.sort_by_key(|(_, held)| std::cmp::Reverse(**held));
    let holds: Vec<String> = holds.iter().map(|(reason, held)| format!("{reason} {held}")).collect();
    let mut lines = vec![counted(false)];
    if !holds.is_empty() {
        lines.push(format!("held: {}", holds.join(", ")));
    }
    lines.push(format!("begun and ended within the hour: {}", counted(true)));
    lines
}

fn event(event: &Event) -> Entry {
    let id = |name: &str, id: Option<String>| id.map(|id| format!("{name} {}", tail(&id)));
    let about = id("candidate", event.candidate_id.map(|id| id.to_string()))
        .or_else(|| id("job", event.job_id.map(|id| id.to_string())))
        .or_else(|| id("thread", event.thread_id.map(|id| id.to_string())));
    let cells = vec![
        time_of_day(event.at_ms),
        event.kind.to_string(),
        about.unwrap_or_default(),
        details(&event.data),
    ];
    Entry { cells, colour: None }
}
