//! The size of the terminal.

/// Rows and columns of a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Lines on the screen.
    pub rows: usize,
    /// Characters in a line.
    pub columns: usize,
}

impl Window {
    /// The size of the terminal that standard output is; 24 x 80 when it does not say.
    pub fn of_terminal() -> Self {
        // SAFETY: all-zero bytes are a valid winsize.
        let mut size: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: size is a valid place for the answer.
        let answer = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
        if answer != 0 || size.ws_row == 0 || size.ws_col == 0 {
            return Self {
                rows: 24,
                columns: 80,
            };
        }
        Self {
            rows: usize::from(size.ws_row),
            columns: usize::from(size.ws_col),
        }
    }
}
