//! `cheval-pack garment`: pictures that can be worn, from a photo to the last anchor.

mod cutting;
mod editing;
mod http;
mod serving;

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Cut a garment out of a photo and find where it meets a body
    Cut {
        /// JPEG, PNG or WebP: the garment flat, upright, front up, on a plain ground of another colour
        photo: PathBuf,
        /// Folder for the picture, its fit and its preview; the photo's own if left out
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Name of the files; the photo's own if left out
        #[arg(long)]
        sku: Option<String>,
        /// What it is, such as t_shirt; found by itself if left out
        #[arg(long)]
        cut: Option<String>,
    },
    /// Drag the anchors over the picture, on a page that only this machine can open
    Edit {
        /// The fit file or its picture; or the pack's folder, followed by a SKU
        path: PathBuf,
        /// Which garment of the pack
        sku: Option<String>,
    },
}

pub(crate) fn run(command: Command) -> Result<u8, String> {
    match command {
        Command::Cut {
            photo,
            out,
            sku,
            cut,
        } => cutting::cut(&photo, out.as_deref(), sku, cut.as_deref()),
        Command::Edit { path, sku } => editing::edit(&path, sku.as_deref()),
    }
}
