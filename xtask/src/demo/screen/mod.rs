//! What the demo says.
//!
//! Promises: on a terminal, a block of lines that is refreshed in place and then stays as it was last; elsewhere, plain lines,
//! at most one a second for the same thing. Standard output only. When nobody reads any more, the demo ends as after Ctrl-C.
//! Used by the main thread only.

mod figures;
mod window;
mod wrap;

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

pub use figures::{bar, grouped, seconds};
use window::Window;
use wrap::broken;

/// Shortest time between two plain lines about the same thing.
const PLAIN_PERIOD: Duration = Duration::from_secs(1);

/// Standard output, as a terminal or as a stream of lines.
pub struct Screen {
    terminal: bool,
    color: bool,
    begun: Instant,
    /// Lines of the block that will be written over.
    shown: Cell<usize>,
    said_at: Cell<Option<Instant>>,
    chapter: Cell<u32>,
    out: RefCell<io::Stdout>,
}

impl Screen {
    /// The screen of this process.
    pub fn new() -> Self {
        let terminal = io::stdout().is_terminal() && std::env::var("TERM").as_deref() != Ok("dumb");
        Self {
            terminal,
            color: terminal && std::env::var_os("NO_COLOR").is_none(),
            begun: Instant::now(),
            shown: Cell::new(0),
            said_at: Cell::new(None),
            chapter: Cell::new(0),
            out: RefCell::new(io::stdout()),
        }
    }

    /// Begins a chapter.
    pub fn chapter(&self, title: &str) {
        self.chapter.set(self.chapter.get() + 1);
        let line = format!("{}. {title}", self.chapter.get());
        self.settle();
        self.write(&format!("\n{}\n", self.styled(&line, "1")));
    }

    /// Says something, one line or several.
    pub fn say(&self, text: &str) {
        self.paragraph(text, "");
    }

    /// Shows what is typed at a server's prompt.
    pub fn typed(&self, prompt: &str, statement: &str) {
        self.settle();
        let mut lines = statement.lines();
        let first = lines.next().unwrap_or_default();
        self.write(&format!(
            "   {}{}\n",
            self.styled(prompt, "2"),
            self.styled(first, "36")
        ));
        for line in lines {
            let indent = " ".repeat(prompt.chars().count());
            self.write(&format!("   {indent}{}\n", self.styled(line, "36")));
        }
    }

    /// Says the one thing that matters.
    pub fn shout(&self, text: &str) {
        self.paragraph(text, "1;32");
    }

    /// Writes lines, broken between words where the terminal is narrow.
    fn paragraph(&self, text: &str, style: &str) {
        self.settle();
        let columns = if self.terminal {
            Window::of_terminal().columns.saturating_sub(4)
        } else {
            usize::MAX
        };
        for line in text.lines().flat_map(|line| broken(line, columns)) {
            self.write(&format!("   {}\n", self.styled(&line, style)));
        }
    }

    /// Shows the block `lines` in the place of the block before, or, where there is no terminal, `plain` once a second.
    pub fn refresh(&self, lines: &[String], plain: impl FnOnce() -> String) {
        if !self.terminal {
            let due = self
                .said_at
                .get()
                .is_none_or(|at| at.elapsed() >= PLAIN_PERIOD);
            if due {
                self.said_at.set(Some(Instant::now()));
                let elapsed = self.begun.elapsed().as_secs();
                self.write(&format!("   {elapsed:>3} s  {}\n", plain()));
            }
            return;
        }
        let window = Window::of_terminal();
        let mut text = String::new();
        let shown = self.shown.get();
        if shown > 0 {
            // Up to the block's first line, then from there to the end of the screen nothing.
            text.push_str(&format!("\x1b[{shown}A\r\x1b[J"));
        }
        let fitting = lines.len().min(window.rows.saturating_sub(2).max(1));
        for line in &lines[..fitting] {
            let cut: String = line
                .chars()
                .take(window.columns.saturating_sub(4))
                .collect();
            text.push_str(&format!("   {cut}\n"));
        }
        self.shown.set(fitting);
        self.write(&text);
    }

    /// Leaves the block as it is; the next one comes below.
    pub fn settle(&self) {
        self.shown.set(0);
        self.said_at.set(None);
    }

    fn styled(&self, text: &str, style: &str) -> String {
        if self.color && !text.is_empty() && !style.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }

    fn write(&self, text: &str) {
        let mut out = self.out.borrow_mut();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if written.is_err() {
            // SAFETY: raise takes a plain number; the handler of `interrupt` only notes the signal.
            unsafe { libc::raise(libc::SIGINT) };
        }
    }
}
