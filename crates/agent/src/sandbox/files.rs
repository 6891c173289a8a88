//! The file wall (Landlock): read everywhere, write only where told, no TCP.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus,
};

use super::{SandboxOptions, Wall};

/// Linux 6.10: everything up to control of devices. Older kernels give what they have.
const WANTED: ABI = ABI::V5;

pub(super) fn restrict(options: &SandboxOptions, remarks: &mut Vec<String>) -> Wall {
    match enforce(options, remarks) {
        Ok(status) => match status.ruleset {
            RulesetStatus::FullyEnforced => Wall::Full,
            RulesetStatus::PartiallyEnforced => Wall::Partial,
            RulesetStatus::NotEnforced => Wall::Missing {
                reason: format!("Landlock: {:?}", status.landlock),
            },
        },
        Err(error) => Wall::Missing {
            reason: error.to_string(),
        },
    }
}

fn enforce(
    options: &SandboxOptions,
    remarks: &mut Vec<String>,
) -> Result<RestrictionStatus, RulesetError> {
    let all = AccessFs::from_all(WANTED);
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let device = read | AccessFs::WriteFile | AccessFs::IoctlDev;
    let mut rules = Ruleset::default()
        .handle_access(all)?
        .handle_access(AccessNet::BindTcp | AccessNet::ConnectTcp)?
        .create()?;
    rules = allow(rules, Path::new("/"), read, remarks)?;
    rules = allow(rules, Path::new("/dev"), device, remarks)?;
    rules = allow(
        rules,
        Path::new("/dev/shm"),
        all & !AccessFs::Execute,
        remarks,
    )?;
    for path in &options.writable {
        rules = allow(rules, path, all & !AccessFs::Execute, remarks)?;
    }
    rules.restrict_self()
}

fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
    remarks: &mut Vec<String>,
) -> Result<RulesetCreated, RulesetError> {
    match PathFd::new(path) {
        Ok(folder) if path.is_dir() => rules.add_rule(PathBeneath::new(folder, access)),
        Ok(file) => rules.add_rule(PathBeneath::new(file, access & AccessFs::from_file(WANTED))),
        Err(error) => {
            remarks.push(format!(
                "{} cannot be opened up for writing: {error}",
                path.display()
            ));
            Ok(rules)
        }
    }
}
