//! Draws a snapshot as it is looked at. Pure: what is drawn depends on nothing but what is handed in.

use prospector_domain::{mode::Mode, time::UnixMs};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Clear, Paragraph, Widget as _},
};

use super::{
    figures::{age, tail, time_of_day},
    input::KEYS,
    panels::Panels,
    snapshot::Snapshot,
    ui::Ui,
};

/// Below this there is no room for every part.
const LEAST: (u16, u16) = (60, 20);
/// From this width on parts stand side by side.
const SIDE_BY_SIDE_WIDTH: u16 = 116;
/// The plain text of one look is as wide and high.
const PLAIN: (u16, u16) = (100, 40);

/// Why the newest data is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Since when.
    pub(crate) since: UnixMs,
    /// What was said last.
    pub(crate) said: String,
}

/// Everything that decides what the screen looks like.
pub(crate) struct View<'a> {
    /// The newest data, however old.
    pub(crate) snapshot: Option<&'a Snapshot>,
    pub(crate) trouble: Option<&'a Trouble>,
    pub(crate) ui: &'a Ui,
    pub(crate) now: UnixMs,
}

/// One look as plain text.
pub(crate) fn plain(snapshot: &Snapshot, ui: &Ui) -> String {
    let area = Rect::new(0, 0, PLAIN.0, PLAIN.1);
    let mut buffer = Buffer::empty(area);
    let view = View { snapshot: Some(snapshot), trouble: None, ui, now: snapshot.at_ms };
    view.parts(snapshot, area, &mut buffer);
    let rows = (0..area.height).map(|y| {
        let row: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

impl View<'_> {
    /// Draws the whole screen.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer) {
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let said = format!(
                "too small: {}x{} is needed, this is {}x{}",
                LEAST.0, LEAST.1, area.width, area.height
            );
            Paragraph::new(said).render(area, buffer);
            return;
        }
        let [body, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(area);
        match self.snapshot {
            Some(snapshot) => self.parts(snapshot, body, buffer),
            None => {
                let [_, state, _] = head(body);
                self.state(None).render(state, buffer);
            }
        }
        self.foot(foot, buffer);
        if self.ui.help {
            self.help(area, buffer);
        }
    }

    fn parts(&self, snapshot: &Snapshot, area: Rect, buffer: &mut Buffer) {
        let [title, state, body] = head(area);
        self.title(snapshot, title, buffer);
        self.state(Some(snapshot)).render(state, buffer);
        let panels = Panels { snapshot, ui: self.ui, now: self.now };
        let places = if area.width >= SIDE_BY_SIDE_WIDTH { side_by_side(body) } else { stacked(body) };
        let [queues, candidates, workers, machines, events] = places;
        panels.queues(queues, buffer);
        panels.candidates(candidates, buffer);
        panels.workers(workers, buffer);
        panels.machines(machines, buffer);
        panels.events(events, buffer);
    }

    fn title(&self, snapshot: &Snapshot, area: Rect, buffer: &mut Buffer) {
        let strong = Style::new().add_modifier(Modifier::BOLD);
        let mode = match snapshot.mode {
            Mode::Go => self.coloured(Color::Green),
            Mode::Draft => self.coloured(Color::Yellow),
            Mode::Pause => self.coloured(Color::Red),
        };
        let mut spans = vec![
            Span::styled("prospector", strong),
            Span::raw(format!(" {}  mode ", snapshot.database)),
            Span::styled(snapshot.mode.to_string(), mode),
        ];
        for (channel, mode) in &snapshot.channel_modes {
            spans.push(Span::raw(format!(" {channel}:{mode}")));
        }
        Line::from(spans).render(area, buffer);
        let at = format!(" {} UTC", time_of_day(snapshot.at_ms));
        let width = u16::try_from(at.len()).unwrap_or(area.width).min(area.width);
        let right = Rect { x: area.x + area.width - width, width, ..area };
        Line::styled(at, strong).render(right, buffer);
    }

    /// The line that says whether what is shown is true.
    fn state(&self, snapshot: Option<&Snapshot>) -> Line<'static> {
        let alarm = self.coloured(Color::Red).add_modifier(Modifier::BOLD);
        match (self.trouble, snapshot) {
            (Some(trouble), Some(snapshot)) => Line::styled(
                format!(
                    "no data since {}; this is {} old: {}",
                    time_of_day(trouble.since),
                    age(self.now.since(snapshot.at_ms).max(0)),
                    trouble.said
                ),
                alarm,
            ),
            (Some(trouble), None) => Line::styled(
                format!("no data yet, since {}: {}", time_of_day(trouble.since), trouble.said),
                alarm,
            ),
            (None, None) => Line::raw("reading the database"),
            (None, Some(snapshot)) => match &snapshot.leader {
                Some(leader) if leader.until_ms > self.now => Line::raw(format!(
                    "engine {}  scheduler {} leads, epoch {}, lease {}",
                    snapshot.draft_engine,
                    tail(&leader.owner),
                    leader.epoch,
                    age(leader.until_ms.since(self.now))
                )),
                Some(leader) => {
                    // One that stopped in order has given its lease back, which leaves no time.
                    let since = match leader.until_ms {
                        UnixMs(..=0) => String::new(),
                        at => format!(" for {}", age(self.now.since(at))),
                    };
                    Line::styled(format!("no scheduler leads{since}: nothing is released or rescued"), alarm)
                }
                None => Line::styled("no scheduler has ever led: start `prospector scheduler`", alarm),
            },
        }
    }

    fn foot(&self, area: Rect, buffer: &mut Buffer) {
        let every_ms = self.ui.every().as_millis();
        let every =
            if every_ms < 1_000 { format!("{every_ms} ms") } else { format!("{} s", every_ms / 1_000) };
        let renewed = if self.ui.paused { "paused".to_owned() } else { format!("every {every}") };
        let text = format!("{renewed}   ? help  q leave  Tab focus  ↑↓ scroll  p pause  +- interval");
        Line::styled(text, Style::new().add_modifier(Modifier::DIM)).render(area, buffer);
    }

    #[expect(clippy::unused_self, reason = "it is a part of the view as the others are")]
    fn help(&self, area: Rect, buffer: &mut Buffer) {
        const WIDTH: u16 = 50;
        let height = u16::try_from(KEYS.len()).unwrap_or(u16::MAX).saturating_add(2);
        let place = area.centered(Constraint::Length(WIDTH), Constraint::Length(height));
        let lines: Vec<Line> =
            KEYS.iter().map(|(keys, does)| Line::raw(format!(" {keys:<19} {does}"))).collect();
        Clear.render(place, buffer);
        Paragraph::new(lines).block(Block::bordered().title(" keys ")).render(place, buffer);
    }

    fn coloured(&self, colour: Color) -> Style {
        if self.ui.colour { Style::new().fg(colour) } else { Style::new().add_modifier(Modifier::BOLD) }
    }
}

/// Title, state, and the rest.
fn head(area: Rect) -> [Rect; 3] {
    Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Fill(1)]).areas(area)
}

/// Queues, candidates, workers, machines and events under each other. At the least height each has a row or two; what is
/// over goes mostly to the events.
fn stacked(area: Rect) -> [Rect; 5] {
    const QUEUES: u16 = 7;
    let extra = area.height.saturating_sub(LEAST.1 - 3);
    let heights = [QUEUES, 3 + u16::from(extra >= 1), 2 + extra / 4, 2 + extra / 4];
    let [a, b, c, d] = heights.map(Constraint::Length);
    Layout::vertical([a, b, c, d, Constraint::Fill(1)]).areas(area)
}

/// Queues above candidates on the left, workers above machines on the right, events below.
fn side_by_side(area: Rect) -> [Rect; 5] {
    const LEFT_WIDTH: u16 = 60;
    const TOP_LEAST: u16 = 11;
    let top = (area.height / 2).clamp(TOP_LEAST.min(area.height), 16);
    let [top, events] = Layout::vertical([Constraint::Length(top), Constraint::Fill(1)]).areas(area);
    let [left, right] =
        Layout::horizontal([Constraint::Length(LEFT_WIDTH), Constraint::Fill(1)]).spacing(2).areas(top);
    let [queues, candidates] = Layout::vertical([Constraint::Length(7), Constraint::Fill(1)]).areas(left);
    let [workers, machines] = Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(right);
    [queues, candidates, workers, machines, events]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ratatui::{Terminal, backend::TestBackend};

    use super::{
        super::{
            sample::{NOW, snapshot},
            ui::{Command, Panel},
        },
        *,
    };

    fn ui() -> Ui {
        Ui::new(Duration::from_secs(2), true)
    }

    fn drawn(view: &View<'_>, width: u16, height: u16) -> TestBackend {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view.draw(frame.area(), frame.buffer_mut())).unwrap();
        terminal.backend().clone()
    }

    #[test]
    fn a_busy_evening_on_a_small_and_on_a_large_terminal() {
        let (snapshot, ui) = (snapshot(), ui());
        let view = View { snapshot: Some(&snapshot), trouble: None, ui: &ui, now: NOW.plus_ms(1_500) };
        insta::assert_snapshot!("small", drawn(&view, 60, 20));
        insta::assert_snapshot!("middle", drawn(&view, 100, 30));
        insta::assert_snapshot!("large", drawn(&view, 130, 40));
    }

    #[test]
    fn a_database_that_is_away_is_said_over_what_is_known() {
        let (snapshot, ui) = (snapshot(), ui());
        let trouble = Trouble { since: NOW.plus_ms(2_000), said: "failed to connect: refused".to_owned() };
        let mut view =
            View { snapshot: Some(&snapshot), trouble: Some(&trouble), ui: &ui, now: NOW.plus_ms(65_000) };
        let said = drawn(&view, 100, 20).to_string();
        assert!(
            said.contains("no data since 12:00:02; this is 1m05 old: failed to connect: refused"),
            "{said}"
        );
        assert!(said.contains("candidate.classified"), "{said}");
        view.snapshot = None;
        let said = drawn(&view, 100, 20).to_string();
        assert!(said.contains("no data yet, since 12:00:02: failed to connect: refused"), "{said}");
    }

    #[test]
    fn nobody_who_leads_is_an_alarm() {
        let (mut snapshot, ui) = (snapshot(), ui());
        let said = |snapshot: &Snapshot| {
            let view = View { snapshot: Some(snapshot), trouble: None, ui: &ui, now: NOW.plus_ms(60_000) };
            drawn(&view, 100, 20).to_string()
        };
        assert!(said(&snapshot).contains("no scheduler leads for 48s: nothing"));
        snapshot.leader.as_mut().unwrap().until_ms = UnixMs(0);
        assert!(said(&snapshot).contains("no scheduler leads: nothing"));
        snapshot.leader = None;
        assert!(said(&snapshot).contains("no scheduler has ever led"));
    }

    #[test]
    fn help_lies_over_the_rest_and_scrolling_ends_with_the_last_row() {
        let (snapshot, mut ui) = (snapshot(), ui());
        ui.apply(Command::Help, 0);
        ui.apply(Command::Bottom, 60);
        assert_eq!(ui.focus, Panel::Events);
        let view = View { snapshot: Some(&snapshot), trouble: None, ui: &ui, now: NOW };
        insta::assert_snapshot!("help", drawn(&view, 80, 24));
    }

    #[test]
    fn no_size_is_too_odd_to_draw() {
        let (snapshot, mut ui) = (snapshot(), ui());
        ui.help = true;
        for width in [1, 20, 59, 60, 61, 115, 116, 200] {
            for height in [1, 5, 19, 20, 21, 33, 90] {
                let view = View { snapshot: Some(&snapshot), trouble: None, ui: &ui, now: NOW };
                drawn(&view, width, height);
            }
        }
    }

    #[test]
    fn without_colours_nothing_is_coloured() {
        let (snapshot, ui) = (snapshot(), Ui::new(Duration::from_secs(2), false));
        let view = View { snapshot: Some(&snapshot), trouble: None, ui: &ui, now: NOW };
        let backend = drawn(&view, 130, 40);
        let cells = &backend.buffer().content;
        assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    }

    #[test]
    fn one_look_is_plain_text() {
        insta::assert_snapshot!("plain", plain(&snapshot(), &ui()));
    }
}
