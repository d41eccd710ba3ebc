"""What to tell a client when the database finds a rule broken, by the constraint's name."""

TAKEN: dict[str, str] = {
    "uq_artists_name": "another artist with this name exists already",
    "uq_playlist_entries_playlist_id_position": "another playlist entry with this playlist_id and position exists already",
}

ABSENT: dict[str, str] = {
    "fk_tracks_artist_id": "there is no such artist",
    "fk_playlist_entries_track_id": "there is no such track",
    "fk_playlist_entries_playlist_id": "there is no such playlist",
}

IN_USE: dict[str, str] = {
    "fk_tracks_artist_id": "another track refers to this artist",
    "fk_playlist_entries_track_id": "another playlist entry refers to this track",
    "fk_playlist_entries_playlist_id": "something refers to this playlist",
}

BROKEN: dict[str, str] = {
    "ck_artists_name_length": "name of the artist is out of its bounds",
    "ck_tracks_title_length": "title of the track is out of its bounds",
    "ck_tracks_seconds_range": "seconds of the track is out of its bounds",
    "ck_playlists_title_length": "title of the playlist is out of its bounds",
    "ck_playlists_limit_seconds_range": "limit_seconds of the playlist is out of its bounds",
    "ck_playlist_entries_position_range": "position of the playlist entry is out of its bounds",
}
