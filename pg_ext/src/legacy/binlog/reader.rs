//! The reader: a connection that the legacy server sends its log to, as it would to a replica.

use std::sync::Arc;
use std::time::Duration;

use mysql::binlog::events::TransactionPayloadEvent;
use mysql::prelude::Queryable;
use mysql::{BinlogRequest, BinlogStream};
use tandem_shared::binlog::{Decoder, Frame, Place, Watch, file_name};
use tandem_shared::flow::{Dirty, Event, TableId};

use super::log::Log;
use crate::legacy::connect::connect;
use crate::legacy::error::LegacyError;
use crate::legacy::lane::{News, Post, epoch_us};
use crate::legacy::options::LinkOptions;
use crate::legacy::task::spawn;

/// The longest silence of the log, in seconds: the server says then that there is nothing.
const HEARTBEAT_S: u64 = 5;
/// Between two attempts to connect.
const RETRY: Duration = Duration::from_secs(2);
/// The server cannot send from there: the file was purged, or is another.
const LOST: u16 = 1236;
/// There is nothing new.
const HEARTBEAT: u8 = 27;
/// A transaction in a compressed event.
const PAYLOAD: u8 = 40;

/// Reads until the log is stopped.
pub fn begin(
    options: LinkOptions,
    watch: Watch,
    log: Arc<Log>,
    post: Post,
) -> Result<(), LegacyError> {
    spawn("tandem binlog", move || {
        while !log.stopped() {
            let read = || read(&options, &watch, &log, &post);
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
            let ended = ended.unwrap_or_else(|_| {
                Err(LegacyError::other(
                    "an event of the binary log could not be read",
                ))
            });
            log.change(|_, reading| reading.connected = false);
            if log.stopped() {
                return;
            }
            let error = ended.err();
            if error.as_ref().is_some_and(|error| error.code == LOST) {
                let why = error.map_or_else(String::new, |error| error.message);
                post.tell(News::LogLost(why));
                return;
            }
            post.send(Event::Doorbell { present: false }, error);
            std::thread::sleep(RETRY);
        }
    })
}

fn read(options: &LinkOptions, watch: &Watch, log: &Log, post: &Post) -> Result<(), LegacyError> {
    let figures = log.figures();
    let (base, place) = (figures.reading.base, figures.read);
    let mut stream = open(options, &base, place)?;
    let mut decoder = Decoder::new(watch.clone(), &base, place);
    let begun = figures.resume.begun;
    log.change(|_, reading| reading.connected = true);
    post.send(Event::Doorbell { present: true }, None);
    // What came while nobody was connected.
    post.send(Event::Bell(Dirty::All), None);
    while log.room() {
        let Some(event) = stream.next() else {
            return Err(LegacyError::away("the legacy server ended its binary log"));
        };
        take(&event?, &mut decoder, log)?;
        if begun != 0 && decoder.begun() != 0 && decoder.begun() != begun && first_file(log, place)
        {
            return Err(LegacyError {
                code: LOST,
                ..LegacyError::other("the binary log was begun anew under the same name")
            });
        }
        let rung = decoder.rung();
        if !rung.is_empty() {
            let tables = rung.into_iter().map(TableId).collect();
            post.send(Event::Bell(Dirty::Tables(tables)), None);
        }
    }
    Ok(())
}

/// True while the file that reading began in is being read.
fn first_file(log: &Log, place: Place) -> bool {
    log.figures().read.file == place.file
}

fn take(
    event: &mysql::binlog::events::Event,
    decoder: &mut Decoder,
    log: &Log,
) -> Result<(), LegacyError> {
    let header = event.header();
    let frame = Frame {
        kind: header.event_type_raw(),
        flags: header.flags_raw(),
        end: header.log_pos(),
        at: header.timestamp(),
        body: event.data(),
    };
    let payload = if frame.kind == PAYLOAD {
        let broken =
            |_| LegacyError::other("a compressed transaction of the binary log could not be read");
        let payload: TransactionPayloadEvent<'_> = event.read_event().map_err(broken)?;
        Some(payload.danger_decompress())
    } else {
        None
    };
    if frame.kind == HEARTBEAT {
        return Ok(());
    }
    log.change(|pending, reading| {
        match payload {
            Some(events) => {
                decoder.begin_all(frame.end);
                decoder.take_all(&events, pending);
            }
            None => decoder.take(frame, pending),
        }
        if reading.base != decoder.base() {
            decoder.base().clone_into(&mut reading.base);
        }
        reading.begun = decoder.begun();
        reading.at = decoder.at();
    });
    Ok(())
}

fn open(options: &LinkOptions, base: &str, place: Place) -> Result<BinlogStream, LegacyError> {
    let mut conn = connect(options)?.conn;
    let nanoseconds = HEARTBEAT_S.min(options.read_timeout.as_secs().div_ceil(2)) * 1_000_000_000;
    // Each server knows some of these names; those that it does not know are variables without a meaning.
    conn.query_drop(format!(
        "SET @master_heartbeat_period = {nanoseconds}, @source_heartbeat_period = {nanoseconds}, \
         @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum, \
         @mariadb_slave_capability = 4, @slave_uuid = UUID(), @replica_uuid = @slave_uuid"
    ))?;
    // A number that no server of a sensible installation has.
    let number = 0xf000_0000 | u32::try_from(epoch_us() & 0x0fff_ffff).unwrap_or(1);
    let request = BinlogRequest::new(number)
        .with_filename(file_name(base, place.file).into_bytes())
        .with_pos(place.offset);
    Ok(conn.get_binlog_stream(request)?)
}
