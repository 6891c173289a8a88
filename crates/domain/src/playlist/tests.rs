use proptest::prelude::*;

use crate::catalogue::{Artwork, LocalText, Slide};

use super::*;

fn catalogue(slides: &[(&str, u64)]) -> Catalogue {
    Catalogue {
        pack: "demo".to_owned(),
        revision: 1,
        brand: String::new(),
        currency: "EUR".to_owned(),
        default_language: "en".to_owned(),
        slides: slides
            .iter()
            .map(|(id, duration_ms)| Slide {
                id: CreativeId((*id).to_owned()),
                title: LocalText::new(),
                body: LocalText::new(),
                artwork: Artwork {
                    picture: String::new(),
                    ground: Vec::new(),
                },
                duration_ms: *duration_ms,
            })
            .collect(),
        promos: Vec::new(),
        garments: Vec::new(),
        schedule: crate::schedule::Plan::default(),
    }
}

const THREE: [(&str, u64); 3] = [("a", 5_000), ("b", 3_000), ("c", 4_000)];

fn shown(playlist: &mut Playlist, now: u64) -> Option<String> {
    match playlist.next(Mono(now))?.chosen {
        Choice::Slide { id } => Some(id.0),
        other => panic!("{other:?}"),
    }
}

fn on(playlist: &Playlist) -> &str {
    &playlist.current().unwrap().0
}

#[test]
fn in_order_round_and_round_without_drift() {
    let mut playlist = Playlist::new(&catalogue(&THREE));
    assert_eq!(shown(&mut playlist, 0).as_deref(), Some("a"));
    assert_eq!(
        (playlist.deadline(), playlist.planned_ms()),
        (Some(Mono(5_000)), Some(5_000))
    );
    assert_eq!(shown(&mut playlist, 4_999), None);
    assert_eq!(shown(&mut playlist, 5_016).as_deref(), Some("b"));
    assert_eq!(
        playlist.deadline(),
        Some(Mono(8_000)),
        "16 ms late, and still on the beat"
    );
    assert_eq!(shown(&mut playlist, 8_000).as_deref(), Some("c"));
    assert_eq!(shown(&mut playlist, 12_000).as_deref(), Some("a"));
}

#[test]
fn a_long_gap_gives_the_next_slide_its_full_time() {
    let mut playlist = Playlist::new(&catalogue(&THREE));
    shown(&mut playlist, 0);
    assert_eq!(shown(&mut playlist, 60_000).as_deref(), Some("b"));
    assert_eq!(playlist.deadline(), Some(Mono(63_000)));
}

#[test]
fn after_an_interruption_the_following_slide_comes() {
    let mut playlist = Playlist::new(&catalogue(&THREE));
    shown(&mut playlist, 0);
    playlist.interrupt();
    assert_eq!((playlist.current(), playlist.deadline()), (None, None));
    assert_eq!(shown(&mut playlist, 30_000).as_deref(), Some("b"));
}

#[test]
fn one_slide_is_played_again_and_none_is_nothing() {
    let mut playlist = Playlist::new(&catalogue(&[("a", 5_000)]));
    assert_eq!(shown(&mut playlist, 0).as_deref(), Some("a"));
    assert_eq!(shown(&mut playlist, 5_000).as_deref(), Some("a"));
    let mut playlist = Playlist::new(&catalogue(&[]));
    assert_eq!((shown(&mut playlist, 0), playlist.deadline()), (None, None));
}

#[test]
fn a_slide_without_time_does_not_flicker() {
    let mut playlist = Playlist::new(&catalogue(&[("a", 0), ("b", 1)]));
    shown(&mut playlist, 0);
    assert_eq!(shown(&mut playlist, 999), None);
    assert_eq!(shown(&mut playlist, 1_000).as_deref(), Some("b"));
}

#[test]
fn another_catalogue_keeps_the_slide_that_plays() {
    let mut playlist = Playlist::new(&catalogue(&THREE));
    shown(&mut playlist, 0);
    shown(&mut playlist, 5_000);
    playlist.replace(&catalogue(&[("new", 2_000), ("c", 4_000), ("b", 3_000)]));
    assert_eq!(
        (on(&playlist), playlist.deadline()),
        ("b", Some(Mono(8_000)))
    );
    assert_eq!(shown(&mut playlist, 8_000).as_deref(), Some("new"));
}

#[test]
fn a_slide_that_vanished_is_followed_by_its_former_follower() {
    let mut playlist = Playlist::new(&catalogue(&THREE));
    shown(&mut playlist, 0);
    shown(&mut playlist, 5_000);
    playlist.replace(&catalogue(&[("new", 2_000), ("a", 5_000), ("c", 4_000)]));
    assert_eq!(playlist.current(), None);
    assert_eq!(shown(&mut playlist, 6_000).as_deref(), Some("c"));
    playlist.replace(&catalogue(&[("x", 2_000)]));
    assert_eq!(shown(&mut playlist, 7_000).as_deref(), Some("x"));
}

proptest! {
    #[test]
    fn any_changes_and_times_are_survived(steps in prop::collection::vec((any::<u32>(), prop::option::weighted(0.3, prop::collection::vec(("[a-e]", 0u64..9_000), 0..5)), any::<bool>()), 0..60)) {
        let mut playlist = Playlist::new(&catalogue(&THREE));
        for (at, change, interrupt) in steps {
            if let Some(slides) = change {
                let slides: Vec<(&str, u64)> = slides.iter().map(|(id, ms)| (id.as_str(), *ms)).collect();
                playlist.replace(&catalogue(&slides));
            }
            if interrupt {
                playlist.interrupt();
            }
            let now = Mono(at.into());
            playlist.next(now);
            let empty = playlist.slides.is_empty();
            prop_assert_eq!(playlist.current().is_none(), empty, "something plays whenever there is something to play");
        }
    }
}
