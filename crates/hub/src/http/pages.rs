//! What people and monitors read: the page of today, its JSON, its style and fonts, the health check.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use cheval_hub_api::Today;

use super::App;
use super::failure::Failure;
use crate::page;

/// Nothing but our own style and fonts, no scripts, no frames.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn today_json(State(app): State<Arc<App>>) -> Result<Json<Today>, Failure> {
    load(&app).await.map(Json)
}

pub(super) async fn today_page(State(app): State<Arc<App>>) -> Result<Html<String>, Failure> {
    let today = load(&app).await?;
    let html = page::render(&today, &app.time_zone, app.address)
        .map_err(|e| Failure::internal("draw the page", &e))?;
    Ok(Html(html))
}

pub(super) async fn healthz(State(app): State<Arc<App>>) -> Result<&'static str, Failure> {
    app.blocking(|app| app.control.check()).await?;
    Ok("ok\n")
}

pub(super) async fn asset(Path(file): Path<String>) -> Response {
    let Some((media_type, bytes)) = find_asset(&file) else {
        return Failure::new(
            StatusCode::NOT_FOUND,
            "no_such_path",
            "this hub has no such file",
        )
        .into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, bytes).into_response()
}

pub(super) async fn harden(mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn load(app: &Arc<App>) -> Result<Today, Failure> {
    let now = app.now();
    let day = now.to_zoned(app.time_zone.clone()).date();
    let zone = page::zone_name(&app.time_zone);
    app.blocking(move |app| app.log.today(day, &zone, now))
        .await
}

fn find_asset(file: &str) -> Option<(&'static str, &'static [u8])> {
    const FONT: &str = "font/woff2";
    Some(match file {
        "hub.css" => (
            "text/css; charset=utf-8",
            include_bytes!("../../assets/hub.css"),
        ),
        "mark.svg" => ("image/svg+xml", include_bytes!("../../assets/mark.svg")),
        "manrope-latin.woff2" => (
            FONT,
            include_bytes!("../../assets/fonts/manrope-latin-wght-normal.woff2"),
        ),
        "manrope-latin-ext.woff2" => (
            FONT,
            include_bytes!("../../assets/fonts/manrope-latin-ext-wght-normal.woff2"),
        ),
        "manrope-cyrillic.woff2" => (
            FONT,
            include_bytes!("../../assets/fonts/manrope-cyrillic-wght-normal.woff2"),
        ),
        "eb-garamond-latin.woff2" => (
            FONT,
            include_bytes!("../../assets/fonts/eb-garamond-latin-wght-normal.woff2"),
        ),
        _ => return None,
    })
}
