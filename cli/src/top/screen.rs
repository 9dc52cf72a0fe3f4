//! The terminal: takes it, draws, waits for keys, data and signals, and gives it back, however it ends.

use std::{
    future::pending,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use prospector_domain::source::Clock;
use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::JoinHandle,
    time::{Sleep, sleep},
};

use super::{
    input,
    panels::rows_of,
    snapshot::{Reader, Snapshot},
    ui::{Effect, Ui},
    view::{Trouble, View},
};

/// Ages on the screen are brought up to date this often, whatever is read.
const REDRAW_EVERY: Duration = Duration::from_secs(1);
/// How soon the reader of keys sees that it is not wanted any more.
const KEY_WAIT: Duration = Duration::from_millis(100);
/// Keys that may wait to be looked at.
const KEYS_WAITING_MAX: usize = 64;

/// Shows what is going on until somebody leaves.
pub(crate) async fn watch(reader: Reader, ui: Ui, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminal = Terminal::take()?;
    let mut keys = Keys::read();
    let mut screen = Screen { ui, clock, snapshot: None, trouble: None };
    let mut reading = Reading::begin(reader, screen.ui.every());
    let mut redraw = tokio::time::interval(REDRAW_EVERY);
    loop {
        terminal.draw(&screen)?;
        let effect = tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hang_up.recv() => return Ok(()),
            event = keys.next() => match event {
                Some(event) => screen.key(&event),
                // The terminal is gone.
                None => return Ok(()),
            },
            read = reading.next(screen.ui.every(), screen.ui.paused) => {
                screen.take(read?);
                Effect::Draw
            }
            _ = redraw.tick() => Effect::Draw,
        };
        match effect {
            Effect::Draw => {}
            Effect::Refresh => reading.hurry(),
            Effect::Quit => return Ok(()),
        }
    }
}

/// What the screen shows.
struct Screen {
    ui: Ui,
    clock: Arc<dyn Clock>,
    snapshot: Option<Snapshot>,
    trouble: Option<Trouble>,
}

impl Screen {
    fn key(&mut self, event: &Event) -> Effect {
        let Some(command) = input::command(event) else { return Effect::Draw };
        let rows = self.snapshot.as_ref().map_or(0, |snapshot| rows_of(snapshot, self.ui.focus));
        self.ui.apply(command, rows)
    }

    fn take(&mut self, read: anyhow::Result<Snapshot>) {
        match read {
            Ok(snapshot) => {
                self.snapshot = Some(snapshot);
                self.trouble = None;
            }
            Err(error) => {
                let since = self.trouble.as_ref().map_or_else(|| self.clock.now(), |trouble| trouble.since);
                self.trouble = Some(Trouble { since, said: format!("{error:#}") });
            }
        }
    }
}

/// The terminal while it is ours. Given back when dropped; `ratatui` also gives it back when the program panics.
struct Terminal(DefaultTerminal);

impl Terminal {
    fn take() -> anyhow::Result<Self> {
        ratatui::try_init().map(Self).context("cannot take the terminal")
    }

    fn draw(&mut self, screen: &Screen) -> anyhow::Result<()> {
        let view = View {
            snapshot: screen.snapshot.as_ref(),
            trouble: screen.trouble.as_ref(),
            ui: &screen.ui,
            now: screen.clock.now(),
        };
        let drawn = self.0.draw(|frame| view.draw(frame.area(), frame.buffer_mut()));
        drawn.map(drop).context("cannot draw on the terminal")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Where this fails the terminal is gone, and there is nothing left to give back.
        let _ = ratatui::try_restore();
    }
}

/// Keys, read by a thread of their own: the terminal can only be waited for by blocking.
struct Keys {
    events: mpsc::Receiver<Event>,
    wanted: Arc<AtomicBool>,
}

impl Keys {
    fn read() -> Self {
        let (to, events) = mpsc::channel(KEYS_WAITING_MAX);
        let wanted = Arc::new(AtomicBool::new(true));
        let still_wanted = Arc::clone(&wanted);
        std::thread::spawn(move || {
            while still_wanted.load(Ordering::Acquire) {
                match event::poll(KEY_WAIT) {
                    Ok(false) => continue,
                    Ok(true) => {}
                    Err(_) => return,
                }
                let Ok(event) = event::read() else { return };
                if to.blocking_send(event).is_err() {
                    return;
                }
            }
        });
        Self { events, wanted }
    }

    async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Release);
    }
}

/// Reads one snapshot after another, with a pause in between, and never two at once.
struct Reading {
    state: State,
    /// Whether the pause is over before its time.
    hurried: bool,
}

enum State {
    Runs(JoinHandle<(Reader, anyhow::Result<Snapshot>)>),
    Waits { reader: Option<Reader>, every: Duration, pause: Pin<Box<Sleep>> },
}

impl Reading {
    fn begin(reader: Reader, every: Duration) -> Self {
        let pause = Box::pin(sleep(every));
        Self { state: State::Waits { reader: Some(reader), every, pause }, hurried: true }
    }

    /// Reads at once, or as soon as what is being read is there.
    const fn hurry(&mut self) {
        self.hurried = true;
    }

    /// What was read next. It may be dropped at any time: a pause and a reading go on when it is called again.
    ///
    /// # Errors
    /// When the reader itself broke, after which nothing can be read.
    async fn next(&mut self, wanted: Duration, paused: bool) -> anyhow::Result<anyhow::Result<Snapshot>> {
        loop {
            match &mut self.state {
                State::Runs(task) => {
                    let (reader, read) = task.await.context("the reader of the database broke")?;
                    let pause = Box::pin(sleep(wanted));
                    self.state = State::Waits { reader: Some(reader), every: wanted, pause };
                    return Ok(read);
                }
                State::Waits { reader, every, pause } => {
                    if !self.hurried {
                        if paused {
                            return pending().await;
                        }
                        if *every != wanted {
                            (*every, *pause) = (wanted, Box::pin(sleep(wanted)));
                        }
                        pause.await;
                    }
                    self.hurried = false;
                    let Some(reader) = reader.take() else { return pending().await };
                    self.state = run(reader);
                }
            }
        }
    }
}

fn run(mut reader: Reader) -> State {
    State::Runs(tokio::spawn(async move {
        let read = reader.read().await;
        (reader, read)
    }))
}
