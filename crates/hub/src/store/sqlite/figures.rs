//! Reading one day's figures from the roll-ups.

use cheval_hub_api::{
    AudienceTotals, Completeness, CreativePlays, FaultLine, KioskToday, LastHealth, PlayTotals,
    PrivacyTotals, RecordTotals, SessionTotals, Today,
};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::{time, uint};

/// Fault lines shown; the rest is in the log.
const FAULTS: i64 = 50;

pub(super) fn today(
    connection: &Connection,
    day: Date,
    time_zone: &str,
    generated: Timestamp,
) -> rusqlite::Result<Today> {
    let key = day.to_string();
    Ok(Today {
        day,
        time_zone: time_zone.to_owned(),
        generated,
        records: records(connection, &key)?,
        plays: plays(connection, &key)?,
        audience: audience(connection, &key)?,
        sessions: sessions(connection, &key)?,
        privacy: privacy(connection, &key)?,
        faults: faults(connection, &key)?,
        kiosks: kiosks(connection, &key)?,
    })
}

fn records(connection: &Connection, day: &str) -> rusqlite::Result<RecordTotals> {
    let by_kind = connection
        .prepare_cached("SELECT kind, count FROM kind_day WHERE day = ?1")?
        .query_map([day], |row| Ok((row.get(0)?, uint(row, 1)?)))?
        .collect::<rusqlite::Result<std::collections::BTreeMap<String, u64>>>()?;
    let rejected = connection.query_row(
        "SELECT count(*) FROM rejection WHERE day = ?1",
        [day],
        |row| uint(row, 0),
    )?;
    Ok(RecordTotals {
        accepted: by_kind.values().sum(),
        rejected,
        by_kind,
    })
}

fn plays(connection: &Connection, day: &str) -> rusqlite::Result<PlayTotals> {
    let by_creative: Vec<CreativePlays> = connection
        .prepare_cached(
            "SELECT creative, sum(count), sum(shown_ms), sum(frames), sum(faulty), sum(impressions)
             FROM play_day WHERE day = ?1 GROUP BY creative ORDER BY sum(count) DESC, creative",
        )?
        .query_map([day], |row| {
            Ok(CreativePlays {
                creative: row.get(0)?,
                count: uint(row, 1)?,
                shown_ms: uint(row, 2)?,
                frames_presented: uint(row, 3)?,
                faulty: uint(row, 4)?,
                impressions: row.get(5)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(PlayTotals {
        count: by_creative.iter().map(|c| c.count).sum(),
        shown_ms: by_creative.iter().map(|c| c.shown_ms).sum(),
        impressions: by_creative.iter().map(|c| c.impressions).sum(),
        by_creative,
    })
}

fn audience(connection: &Connection, day: &str) -> rusqlite::Result<AudienceTotals> {
    let sql = "SELECT coalesce(sum(ots), 0), coalesce(sum(watchers), 0), coalesce(sum(dwell_ms), 0),
                 coalesce(sum(attention_ms), 0), coalesce(sum(camera_ms), 0), coalesce(sum(windows), 0)
               FROM audience_day WHERE day = ?1";
    connection.query_row(sql, [day], |row| {
        let (watchers, dwell_ms) = (uint(row, 1)?, uint(row, 2)?);
        Ok(AudienceTotals {
            ots: uint(row, 0)?,
            watchers,
            dwell_ms,
            attention_ms: uint(row, 3)?,
            mean_dwell_ms: dwell_ms.checked_div(watchers),
            camera_ms: uint(row, 4)?,
            windows: uint(row, 5)?,
        })
    })
}

fn sessions(connection: &Connection, day: &str) -> rusqlite::Result<SessionTotals> {
    let sql = "SELECT coalesce(sum(count), 0), coalesce(sum(with_try_on), 0), coalesce(sum(tried), 0),
                 coalesce(sum(duration_secs), 0), coalesce(sum(csat_count), 0), coalesce(sum(csat_sum), 0)
               FROM session_day WHERE day = ?1";
    connection.query_row(sql, [day], |row| {
        let (count, duration_secs, csat_count) = (uint(row, 0)?, uint(row, 3)?, uint(row, 4)?);
        let csat_sum: f64 = row.get::<_, i64>(5)? as f64;
        Ok(SessionTotals {
            count,
            with_try_on: uint(row, 1)?,
            garments_tried: uint(row, 2)?,
            mean_duration_ms: (duration_secs * 1000).checked_div(count),
            csat_count,
            csat_mean: (csat_count > 0).then(|| csat_sum / csat_count as f64),
        })
    })
}

fn privacy(connection: &Connection, day: &str) -> rusqlite::Result<PrivacyTotals> {
    let sql = "SELECT coalesce(sum(notices_shown), 0), coalesce(sum(camera_paused), 0), coalesce(sum(sees_opened), 0)
               FROM privacy_day WHERE day = ?1";
    connection.query_row(sql, [day], |row| {
        Ok(PrivacyTotals {
            notices_shown: uint(row, 0)?,
            camera_paused: uint(row, 1)?,
            sees_opened: uint(row, 2)?,
        })
    })
}

fn faults(connection: &Connection, day: &str) -> rusqlite::Result<Vec<FaultLine>> {
    connection
        .prepare_cached(
            "SELECT device.name, code, component, message, count FROM fault_day
             JOIN device ON device.id = fault_day.device
             WHERE day = ?1 ORDER BY count DESC, device.name, code LIMIT ?2",
        )?
        .query_map(rusqlite::params![day, FAULTS], |row| {
            Ok(FaultLine {
                kiosk: row.get(0)?,
                code: row.get(1)?,
                component: row.get(2)?,
                message: row.get(3)?,
                count: uint(row, 4)?,
            })
        })?
        .collect()
}

fn kiosks(connection: &Connection, day: &str) -> rusqlite::Result<Vec<KioskToday>> {
    // Records before the first one of the day: the last one of earlier days in this epoch; none when an earlier epoch
    // is known (a new epoch begins at 1); else this hub is new to the kiosk and takes its first record as the start.
    // Bounded, so that one absurd sequence number cannot overflow the sum.
    let sql = "
        WITH arrived AS (
          SELECT device, sum(received) AS received, sum(dropped) AS dropped,
            sum(min(1000000000000, max(received, last - coalesce(
              (SELECT max(last) FROM sequence_day b WHERE b.device = a.device AND b.epoch = a.epoch AND b.day < a.day),
              (SELECT 0 FROM sequence_day b WHERE b.device = a.device AND b.epoch < a.epoch LIMIT 1),
              first - 1)))) AS expected
          FROM sequence_day a WHERE day = ?1 GROUP BY device),
        played AS (SELECT device, sum(count) AS count FROM play_day WHERE day = ?1 GROUP BY device)
        SELECT uuid, name, site, enrolled_ms, last_seen_ms, clock_behind_ms, coalesce(played.count, 0),
          health.at_ms, health.data,
          coalesce(arrived.expected, 0), coalesce(arrived.received, 0), coalesce(arrived.dropped, 0)
        FROM device
          LEFT JOIN health ON health.device = device.id
          LEFT JOIN arrived ON arrived.device = device.id
          LEFT JOIN played ON played.device = device.id
        ORDER BY site, name, device.id";
    connection
        .prepare_cached(sql)?
        .query_map([day], kiosk)?
        .collect()
}

fn kiosk(row: &Row<'_>) -> rusqlite::Result<KioskToday> {
    let data: Option<String> = row.get(8)?;
    // Only a record that this very type wrote is stored; one that no longer reads is as good as none.
    let health = data
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let at = if health.is_some() {
        Some(time(row, 7)?)
    } else {
        None
    };
    Ok(KioskToday {
        device: Uuid::from_bytes(row.get(0)?),
        name: row.get(1)?,
        site: row.get(2)?,
        enrolled: time(row, 3)?,
        last_seen: row
            .get::<_, Option<i64>>(4)?
            .and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        clock_behind_ms: row.get(5)?,
        plays: uint(row, 6)?,
        health: at.zip(health).map(|(at, health)| LastHealth { at, health }),
        completeness: Completeness {
            expected: uint(row, 9)?,
            received: uint(row, 10)?,
            dropped: uint(row, 11)?,
        },
    })
}
