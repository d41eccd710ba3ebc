"""What to tell a client when the database finds a rule broken, by the constraint's name."""

TAKEN: dict[str, str] = {"uq_folders_title": "another folder with this title exists already"}

ABSENT: dict[str, str] = {"fk_notes_folder_id": "there is no such folder"}

IN_USE: dict[str, str] = {"fk_notes_folder_id": "something refers to this folder"}

BROKEN: dict[str, str] = {
    "ck_folders_title_length": "title of the folder is out of its bounds",
    "ck_folders_state_choice": "state of the folder is out of its bounds",
    "ck_notes_weight_range": "weight of the note is out of its bounds",
}
