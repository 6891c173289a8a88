//! Claim codes and kiosks in SQL.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::time;
use crate::store::{Device, EnrolOutcome, Enrolment};

pub(super) fn create_claim(
    connection: &Connection,
    hash: [u8; 32],
    site: &str,
    created: Timestamp,
    expires: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO claim (hash, site, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(
        sql,
        params![
            hash,
            site,
            created.as_millisecond(),
            expires.as_millisecond()
        ],
    )?;
    Ok(())
}

struct Claim {
    site: String,
    expires: Timestamp,
    spent_on: Option<i64>,
}

pub(super) fn enrol(connection: &Connection, wish: &Enrolment) -> rusqlite::Result<EnrolOutcome> {
    let claim = connection
        .query_row(
            "SELECT site, expires_ms, device FROM claim WHERE hash = ?1",
            [wish.claim_hash],
            |row| {
                Ok(Claim {
                    site: row.get(0)?,
                    expires: time(row, 1)?,
                    spent_on: row.get(2)?,
                })
            },
        )
        .optional()?;
    let Some(claim) = claim else {
        return Ok(EnrolOutcome::UnknownClaim);
    };
    let owner = device_by(connection, "public_key", &wish.public_key)?;
    match (claim.spent_on, owner) {
        // The reply was lost and the kiosk asks again.
        (Some(spent_on), Some((id, device))) if spent_on == id => {
            Ok(EnrolOutcome::Enrolled(device))
        }
        (Some(_), _) => Ok(EnrolOutcome::UsedClaim),
        (None, _) if claim.expires < wish.at => Ok(EnrolOutcome::ExpiredClaim),
        (None, Some(_)) => Ok(EnrolOutcome::KnownKey),
        (None, None) => create_device(connection, wish, claim.site).map(EnrolOutcome::Enrolled),
    }
}

fn create_device(
    connection: &Connection,
    wish: &Enrolment,
    site: String,
) -> rusqlite::Result<Device> {
    let name = if wish.inventory.name.is_empty() {
        let count: i64 =
            connection.query_row("SELECT count(*) FROM device", [], |row| row.get(0))?;
        format!("kiosk-{:03}", count + 1)
    } else {
        wish.inventory.name.clone()
    };
    let inventory = serde_json::to_string(&wish.inventory)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection.execute(
        "INSERT INTO device (uuid, public_key, name, site, inventory, enrolled_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![wish.device.as_bytes(), wish.public_key, name, site, inventory, wish.at.as_millisecond()],
    )?;
    let id = connection.last_insert_rowid();
    connection.execute(
        "UPDATE claim SET device = ?1 WHERE hash = ?2",
        params![id, wish.claim_hash],
    )?;
    Ok(Device {
        device: wish.device,
        public_key: wish.public_key,
        name,
        site,
    })
}

pub(super) fn device(connection: &Connection, device: Uuid) -> rusqlite::Result<Option<Device>> {
    Ok(device_by(connection, "uuid", device.as_bytes())?.map(|(_, device)| device))
}

fn device_by(
    connection: &Connection,
    column: &'static str,
    value: &[u8],
) -> rusqlite::Result<Option<(i64, Device)>> {
    let sql = format!("SELECT id, uuid, public_key, name, site FROM device WHERE {column} = ?1");
    connection
        .prepare_cached(&sql)?
        .query_row([value], read_device)
        .optional()
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<(i64, Device)> {
    let device = Device {
        device: Uuid::from_bytes(row.get(1)?),
        public_key: row.get(2)?,
        name: row.get(3)?,
        site: row.get(4)?,
    };
    Ok((row.get(0)?, device))
}
