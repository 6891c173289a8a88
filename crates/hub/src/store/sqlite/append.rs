//! Storing records in SQL: the event itself, once, and with it the roll-ups that pages read.

use std::collections::BTreeMap;

use cheval_domain::record::Record;
use rusqlite::{Connection, params};

use super::int;
use crate::store::{Appended, CheckedEvent, EventBatch};

pub(super) fn append(connection: &Connection, batch: &EventBatch) -> rusqlite::Result<Appended> {
    let device: i64 = connection.query_row(
        "SELECT id FROM device WHERE uuid = ?1",
        [batch.device.as_bytes()],
        |row| row.get(0),
    )?;
    let mut spans = BTreeMap::new();
    let mut accepted = 0;
    for event in &batch.events {
        if insert_event(connection, device, batch, event)? {
            accepted += 1;
            note_span(&mut spans, event);
            roll_up(connection, device, event)?;
        }
    }
    for ((epoch, day), span) in &spans {
        upsert_span(connection, device, *epoch, day, span)?;
    }
    for (sequence, code) in &batch.rejections {
        connection
            .prepare_cached("INSERT OR IGNORE INTO rejection (device, sequence, code, day) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![device, int(*sequence), code, batch.received_day.to_string()])?;
    }
    connection
        .prepare_cached("UPDATE device SET last_seen_ms = max(coalesce(last_seen_ms, 0), ?2), clock_behind_ms = ?3 WHERE id = ?1")?
        .execute(params![device, batch.received.as_millisecond(), batch.clock_behind_ms])?;
    Ok(Appended {
        accepted,
        duplicates: batch.events.len() as u64 - accepted,
    })
}

/// `true` when the event is new.
fn insert_event(
    connection: &Connection,
    device: i64,
    batch: &EventBatch,
    event: &CheckedEvent,
) -> rusqlite::Result<bool> {
    let envelope = &event.envelope;
    let data = envelope
        .data_json()
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let inserted = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO event
               (device, epoch, sequence, kind, id, time_ms, recorded_ms, received_ms, day, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            device,
            int(envelope.epoch),
            int(envelope.sequence),
            envelope.record.kind().as_str(),
            envelope.id.as_bytes(),
            envelope.time.as_millisecond(),
            envelope.recorded.as_millisecond(),
            batch.received.as_millisecond(),
            event.day.to_string(),
            data.get(),
        ])?;
    Ok(inserted == 1)
}

/// New sequence numbers of one (epoch, day).
struct Span {
    first: u64,
    last: u64,
    received: u64,
    dropped: u64,
}

fn note_span(spans: &mut BTreeMap<(u64, String), Span>, event: &CheckedEvent) {
    let sequence = event.envelope.sequence;
    let span = spans
        .entry((event.envelope.epoch, event.day.to_string()))
        .or_insert(Span {
            first: sequence,
            last: sequence,
            received: 0,
            dropped: 0,
        });
    span.first = span.first.min(sequence);
    span.last = span.last.max(sequence);
    span.received += 1;
    if let Record::SpoolGap(gap) = &event.envelope.record {
        span.dropped += gap.dropped;
    }
}

fn upsert_span(
    connection: &Connection,
    device: i64,
    epoch: u64,
    day: &str,
    span: &Span,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO sequence_day (device, epoch, day, first, last, received, dropped)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last),
               received = received + excluded.received, dropped = dropped + excluded.dropped",
        )?
        .execute(params![
            device,
            int(epoch),
            day,
            int(span.first),
            int(span.last),
            int(span.received),
            int(span.dropped)
        ])?;
    Ok(())
}

fn roll_up(connection: &Connection, device: i64, event: &CheckedEvent) -> rusqlite::Result<()> {
    let day = event.day.to_string();
    connection
        .prepare_cached(
            "INSERT INTO kind_day (day, kind, count) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET count = count + 1",
        )?
        .execute(params![day, event.envelope.record.kind().as_str()])?;
    match &event.envelope.record {
        Record::Play(play) => {
            connection
                .prepare_cached(
                    "INSERT INTO play_day (day, creative, device, count, shown_ms, frames, faulty, impressions)
                     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET count = count + 1, shown_ms = shown_ms + excluded.shown_ms,
                       frames = frames + excluded.frames, faulty = faulty + excluded.faulty,
                       impressions = impressions + excluded.impressions",
                )?
                .execute(params![
                    day,
                    play.creative.0,
                    device,
                    int(play.shown_ms),
                    int(play.frames_presented),
                    play.black || play.frozen,
                    f64::from(play.qty_multiplier)
                ])?;
        }
        Record::AudienceWindow(window) => {
            connection
                .prepare_cached(
                    "INSERT INTO audience_day (day, device, windows, ots, watchers, dwell_ms, attention_ms, camera_ms)
                     VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET windows = windows + 1, ots = ots + excluded.ots,
                       watchers = watchers + excluded.watchers, dwell_ms = dwell_ms + excluded.dwell_ms,
                       attention_ms = attention_ms + excluded.attention_ms, camera_ms = camera_ms + excluded.camera_ms",
                )?
                .execute(params![
                    day,
                    device,
                    window.ots,
                    window.watchers,
                    int(window.dwell_ms),
                    int(window.attention_ms),
                    int(window.camera_ms)
                ])?;
        }
        Record::Interaction(session) => {
            connection
                .prepare_cached(
                    "INSERT INTO session_day
                       (day, device, count, with_try_on, tried, duration_secs, csat_count, csat_sum)
                     VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET count = count + 1, with_try_on = with_try_on + excluded.with_try_on,
                       tried = tried + excluded.tried, duration_secs = duration_secs + excluded.duration_secs,
                       csat_count = csat_count + excluded.csat_count, csat_sum = csat_sum + excluded.csat_sum",
                )?
                .execute(params![
                    day,
                    device,
                    !session.tried.is_empty(),
                    session.tried.len() as i64,
                    int(session.duration_secs),
                    session.csat.is_some(),
                    session.csat.unwrap_or(0)
                ])?;
        }
        Record::DeviceHealth(_) => keep_health(connection, device, event)?,
        Record::Fault(fault) => {
            connection
                .prepare_cached(
                    "INSERT INTO fault_day (day, device, code, component, message, count)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT DO UPDATE SET message = excluded.message, count = count + excluded.count",
                )?
                .execute(params![day, device, fault.code, fault.component, fault.message, fault.count])?;
        }
        Record::Privacy(privacy) => {
            connection
                .prepare_cached(
                    "INSERT INTO privacy_day (day, device, notices_shown, camera_paused, sees_opened)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET notices_shown = notices_shown + excluded.notices_shown,
                       camera_paused = camera_paused + excluded.camera_paused,
                       sees_opened = sees_opened + excluded.sees_opened",
                )?
                .execute(params![
                    day,
                    device,
                    privacy.notices_shown,
                    privacy.camera_paused,
                    privacy.sees_opened
                ])?;
        }
        Record::SpoolGap(_) => {}
    }
    Ok(())
}

/// Late and reordered health records never replace a newer one.
fn keep_health(connection: &Connection, device: i64, event: &CheckedEvent) -> rusqlite::Result<()> {
    let data = event
        .envelope
        .data_json()
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "INSERT INTO health (device, epoch, sequence, at_ms, data) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence, at_ms = excluded.at_ms,
               data = excluded.data
             WHERE (excluded.epoch, excluded.sequence) > (epoch, sequence)",
        )?
        .execute(params![
            device,
            int(event.envelope.epoch),
            int(event.envelope.sequence),
            event.occurred.as_millisecond(),
            data.get()
        ])?;
    Ok(())
}
