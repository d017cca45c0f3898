BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE api_keys (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	key_hash VARCHAR(64) NOT NULL, 
	created DATETIME NOT NULL, 
	last_used DATETIME, 
	CONSTRAINT pk_api_keys PRIMARY KEY (id), 
	CONSTRAINT fk_api_keys_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash)
);
INSERT INTO "api_keys" VALUES(1,1,'TV','2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683','2024-05-04 20:15:30.123456',NULL);
CREATE TABLE blocklist (
	id INTEGER NOT NULL, 
	want_id INTEGER NOT NULL, 
	"key" VARCHAR(400) NOT NULL, 
	name TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	blocked DATETIME NOT NULL, 
	CONSTRAINT pk_blocklist PRIMARY KEY (id), 
	CONSTRAINT fk_blocklist_want_id_wants FOREIGN KEY(want_id) REFERENCES wants (id) ON DELETE CASCADE, 
	CONSTRAINT uq_blocklist_want_id_key UNIQUE (want_id, "key")
);
INSERT INTO "blocklist" VALUES(1,1,'2','Tin.Comet.CAM','it is a CAM','2024-05-04 20:15:30.123456');
CREATE TABLE custom_formats (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_custom_formats PRIMARY KEY (id), 
	CONSTRAINT uq_custom_formats_name UNIQUE (name)
);
INSERT INTO "custom_formats" VALUES(1,'HEVC',1,'{"name": "HEVC", "conditions": [{"name": "HEVC", "kind": "title", "value": "\\bhevc\\b", "least": null, "most": null, "negate": false, "required": true, "except_language": false}, {"name": "not large", "kind": "size", "value": "", "least": null, "most": 9000000000, "negate": false, "required": false, "except_language": false}], "include_when_renaming": false, "trash_id": "abc", "proposed": {"default": 5}}');
CREATE TABLE delay_profiles (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_delay_profiles PRIMARY KEY (id), 
	CONSTRAINT uq_delay_profiles_name UNIQUE (name)
);
INSERT INTO "delay_profiles" VALUES(1,'Late',1,'{"name": "Late", "tags": ["a"], "preferred": "torrent", "torrent_minutes": 60, "usenet_minutes": 0, "torrents": true, "usenet": true, "bypass_if_best_quality": false, "bypass_above_score": null}');
INSERT INTO "delay_profiles" VALUES(2,'All',2,'{"name": "All", "tags": [], "preferred": "torrent", "torrent_minutes": 0, "usenet_minutes": 0, "torrents": true, "usenet": true, "bypass_if_best_quality": false, "bypass_above_score": null}');
CREATE TABLE downloads (
	id INTEGER NOT NULL, 
	client VARCHAR(120) NOT NULL, 
	client_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	added DATETIME NOT NULL, 
	completed DATETIME, 
	removed DATETIME, 
	failure TEXT, goal JSON, 
	CONSTRAINT pk_downloads PRIMARY KEY (id), 
	CONSTRAINT uq_downloads_client_client_id UNIQUE (client, client_id)
);
INSERT INTO "downloads" VALUES(1,'torrent engine','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','Tin.Comet.2021.1080p.WEB-DL.x264-GRP',4500000000,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456',NULL,NULL,NULL);
CREATE TABLE episodes (
	id INTEGER NOT NULL, 
	title_id INTEGER NOT NULL, 
	source_id VARCHAR(40) NOT NULL, 
	season INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	overview TEXT NOT NULL, 
	air_date DATE, 
	runtime_minutes INTEGER, 
	monitored BOOLEAN NOT NULL, 
	CONSTRAINT pk_episodes PRIMARY KEY (id), 
	CONSTRAINT fk_episodes_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE, 
	CONSTRAINT uq_episodes_title_id_source_id UNIQUE (title_id, source_id)
);
INSERT INTO "episodes" VALUES(1,2,'s1',0,1,'Before','',NULL,NULL,0);
INSERT INTO "episodes" VALUES(2,2,'e1',1,1,'Depot','It leaves.','2023-09-01',45,0);
INSERT INTO "episodes" VALUES(3,2,'e2',1,2,'Terminus','','2023-09-08',45,0);
CREATE TABLE files (
	id INTEGER NOT NULL, 
	slot_id INTEGER NOT NULL, 
	episode_id INTEGER, 
	path TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	quality VARCHAR(40) NOT NULL, 
	revision INTEGER NOT NULL, 
	release_name TEXT, 
	release_group VARCHAR(120), 
	duration FLOAT NOT NULL, 
	facts JSON NOT NULL, 
	added DATETIME NOT NULL, 
	CONSTRAINT pk_files PRIMARY KEY (id), 
	CONSTRAINT fk_files_episode_id_episodes FOREIGN KEY(episode_id) REFERENCES episodes (id) ON DELETE SET NULL, 
	CONSTRAINT fk_files_slot_id_slots FOREIGN KEY(slot_id) REFERENCES slots (id) ON DELETE CASCADE, 
	CONSTRAINT uq_files_path UNIQUE (path)
);
INSERT INTO "files" VALUES(1,1,NULL,'Movies/Tin Comet (2021)/Tin Comet (2021) WEBDL-1080p.mkv',4500000000,'WEBDL-1080p',1,'Tin.Comet.2021.1080p.WEB-DL.x264-GRP','GRP',6060.5,'{"duration": 6060.5, "width": 1920, "height": 800, "video_codec": "h264", "audio_codec": "aac", "container": "matroska", "audio_languages": ["en", "de"], "subtitle_languages": ["en"], "chapters": [{"start": 0.0, "name": "Dust"}, {"start": 600.25, "name": "Tin"}]}','2024-05-04 21:15:30.123456');
CREATE TABLE grabs (
	id INTEGER NOT NULL, 
	want_id INTEGER NOT NULL, 
	release_id INTEGER NOT NULL, 
	download_id INTEGER NOT NULL, 
	grabbed DATETIME NOT NULL, 
	CONSTRAINT pk_grabs PRIMARY KEY (id), 
	CONSTRAINT fk_grabs_download_id_downloads FOREIGN KEY(download_id) REFERENCES downloads (id), 
	CONSTRAINT fk_grabs_release_id_releases FOREIGN KEY(release_id) REFERENCES releases (id) ON DELETE CASCADE, 
	CONSTRAINT fk_grabs_want_id_wants FOREIGN KEY(want_id) REFERENCES wants (id) ON DELETE CASCADE
);
INSERT INTO "grabs" VALUES(1,1,1,1,'2024-05-04 20:15:30.123456');
CREATE TABLE history (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	what VARCHAR(20) NOT NULL, 
	title_id INTEGER NOT NULL, 
	episode_id INTEGER, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (id), 
	CONSTRAINT fk_history_episode_id_episodes FOREIGN KEY(episode_id) REFERENCES episodes (id) ON DELETE CASCADE, 
	CONSTRAINT fk_history_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE
);
INSERT INTO "history" VALUES(1,'2024-05-04 20:15:30.123456','requested',1,NULL,'Anna asked for Tin Comet.');
INSERT INTO "history" VALUES(2,'2024-05-04 21:15:30.123456','requested',2,2,'Ben asked for Night Tram.');
CREATE TABLE house_preferences (
	name VARCHAR(40) NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_house_preferences PRIMARY KEY (name)
);
INSERT INTO "house_preferences" VALUES('propers','"prefer, do not upgrade"');
INSERT INTO "house_preferences" VALUES('limits','{"largest_mb": 9000, "least_usenet_minutes": 0, "usenet_retention_days": 0, "least_free_mb": 100, "availability_delay_days": 0, "hardcoded_subtitles": false, "hardcoded_subtitles_allowed": [], "prefer_flags": false}');
INSERT INTO "house_preferences" VALUES('indexers','{"Lab": {"least_seeders": 3, "required_flags": [], "tags": [], "season_pack_after_days": null, "disabled_until": null}}');
CREATE TABLE indexer_apps (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_indexer_apps PRIMARY KEY (id), 
	CONSTRAINT uq_indexer_apps_name UNIQUE (name)
);
INSERT INTO "indexer_apps" VALUES(1,'Films','radarr','{"url": "http://radarr:7878", "api_key": "key", "own_url": "http://matinee:8585", "sync": "fullSync", "tags": [], "remote": {"1": 7}}');
CREATE TABLE indexer_events (
	id INTEGER NOT NULL, 
	indexer_id INTEGER NOT NULL, 
	indexer VARCHAR(100) NOT NULL, 
	at DATETIME NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	ok BOOLEAN NOT NULL, 
	seconds FLOAT NOT NULL, 
	results INTEGER NOT NULL, 
	unique_finds INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	source VARCHAR(120) NOT NULL, 
	reason TEXT NOT NULL, 
	cached BOOLEAN NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_indexer_events PRIMARY KEY (id)
);
INSERT INTO "indexer_events" VALUES(1,1,'Lab','2024-05-04 20:15:30.123456','query',1,0.25,40,3,'movie ''Tin Comet''','Radarr','',0,'{"function": "movie"}');
INSERT INTO "indexer_events" VALUES(2,1,'Lab','2024-05-04 20:15:30.123456','grab',0,0.0,0,0,'Tin.Comet.2021.1080p.WEB-DL.x264-GRP','Radarr','gone',0,'{}');
CREATE TABLE indexer_proxies (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_indexer_proxies PRIMARY KEY (id), 
	CONSTRAINT uq_indexer_proxies_name UNIQUE (name)
);
INSERT INTO "indexer_proxies" VALUES(1,'Out','socks5','{"url": "socks5://out:1080", "username": "", "password": "", "tags": ["a"]}');
CREATE TABLE indexer_states (
	indexer_id INTEGER NOT NULL, 
	level INTEGER NOT NULL, 
	blocked_until DATETIME, 
	reason TEXT NOT NULL, 
	failing_since DATETIME, 
	cookies JSON NOT NULL, 
	caps_json TEXT, 
	last_seen_guid TEXT NOT NULL, 
	CONSTRAINT pk_indexer_states PRIMARY KEY (indexer_id), 
	CONSTRAINT fk_indexer_states_indexer_id_indexers FOREIGN KEY(indexer_id) REFERENCES indexers (id) ON DELETE CASCADE
);
INSERT INTO "indexer_states" VALUES(1,2,'2024-05-04 21:15:30.123456','Lab: no answer in time','2024-05-04 20:15:30.123456','{"sid": "s"}','{}','g1');
CREATE TABLE indexers (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	added DATETIME NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT uq_indexers_name UNIQUE (name)
);
INSERT INTO "indexers" VALUES(1,'Lab','torznab','2024-05-04 20:15:30.123456','{"definition": "", "enabled": true, "priority": 25, "settings": {"url": "http://lab.test", "api_key": "key", "categories": "2000,5000"}, "secrets": ["api_key"], "tags": ["a"], "origin": "page", "query_limit": 100, "grab_limit": null, "limit_unit": "day", "for_rss": true, "for_automatic": true, "for_interactive": true, "redirect": false, "minimum_seeders": null, "seed_ratio": null, "seed_time": null, "pack_seed_time": null, "deadline": 12.5}');
CREATE TABLE journey_steps (
	journey_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	text TEXT NOT NULL, 
	notes JSON NOT NULL, 
	result JSON, 
	attempts INTEGER NOT NULL, 
	started DATETIME NOT NULL, 
	ended DATETIME, 
	wake_at DATETIME, 
	CONSTRAINT pk_journey_steps PRIMARY KEY (journey_id, seq), 
	CONSTRAINT fk_journey_steps_journey_id_journeys FOREIGN KEY(journey_id) REFERENCES journeys (id) ON DELETE CASCADE
);
INSERT INTO "journey_steps" VALUES(1,1,'asked','done','asked.','["a note"]','null',1,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456',NULL);
INSERT INTO "journey_steps" VALUES(1,2,'searched','done','searched.','["a note"]','{"seq": 2, "text": "2 releases"}',2,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456',NULL);
INSERT INTO "journey_steps" VALUES(2,1,'asked','done','asked.','["a note"]','null',1,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journey_steps" VALUES(2,2,'rested','done','rested.','["a note"]','null',2,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journey_steps" VALUES(3,1,'asked','done','asked.','["a note"]','null',1,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journey_steps" VALUES(3,2,'rested','done','rested.','["a note"]','null',2,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456','2024-05-04 21:15:30.123456');
CREATE TABLE journeys (
	id INTEGER NOT NULL, 
	tale VARCHAR(40) NOT NULL, 
	subject INTEGER NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	text TEXT NOT NULL, 
	wake_at DATETIME, 
	started DATETIME NOT NULL, 
	changed DATETIME NOT NULL, 
	CONSTRAINT pk_journeys PRIMARY KEY (id)
);
INSERT INTO "journeys" VALUES(1,'acquire',1,'done','Told.',NULL,'2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journeys" VALUES(2,'acquire',2,'waiting','Told.','2024-05-04 21:15:30.123456','2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journeys" VALUES(3,'acquire',3,'waiting','Told.','2024-05-04 21:15:30.123456','2024-05-04 20:15:30.123456','2024-05-04 21:15:30.123456');
INSERT INTO "journeys" VALUES(4,'see off',1,'running','',NULL,'2024-05-04 21:15:30.123456','2024-05-04 21:15:30.123456');
CREATE TABLE picks (
	id INTEGER NOT NULL, 
	want_id INTEGER NOT NULL, 
	release_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	why TEXT NOT NULL, 
	against JSON NOT NULL, 
	picked DATETIME NOT NULL, 
	settled DATETIME, 
	CONSTRAINT pk_picks PRIMARY KEY (id), 
	CONSTRAINT fk_picks_want_id_wants FOREIGN KEY(want_id) REFERENCES wants (id) ON DELETE CASCADE, 
	CONSTRAINT fk_picks_release_id_releases FOREIGN KEY(release_id) REFERENCES releases (id) ON DELETE CASCADE, 
	CONSTRAINT fk_picks_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE profiles (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_profiles PRIMARY KEY (id), 
	CONSTRAINT uq_profiles_name UNIQUE (name)
);
INSERT INTO "profiles" VALUES(1,'1080p, small',1,'{"name": "1080p, small", "groups": [{"name": "WEBDL-720p", "qualities": ["WEBDL-720p"]}, {"name": "1080p", "qualities": ["WEBDL-1080p", "Bluray-1080p"]}], "cutoff": "1080p", "upgrades": true, "languages": ["Original"], "scores": {"HEVC": 10}, "least_score": 0, "cutoff_score": 0, "least_gain": 1, "sizes": {"WEBDL-720p": {"least": 0.0, "preferred": null, "most": 60.0}}, "sentence": "Small."}');
CREATE TABLE quality_sizes (
	quality VARCHAR(40) NOT NULL, 
	least FLOAT NOT NULL, 
	preferred FLOAT, 
	most FLOAT, 
	CONSTRAINT pk_quality_sizes PRIMARY KEY (quality)
);
INSERT INTO "quality_sizes" VALUES('WEBDL-1080p',1.5,30.0,NULL);
CREATE TABLE release_profiles (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_release_profiles PRIMARY KEY (id), 
	CONSTRAINT uq_release_profiles_name UNIQUE (name)
);
INSERT INTO "release_profiles" VALUES(1,'No cams',1,'{"name": "No cams", "must": [], "must_not": ["cam", "/hd-?ts/i"], "tags": ["a"], "indexer": null, "enabled": true}');
CREATE TABLE releases (
	id INTEGER NOT NULL, 
	want_id INTEGER NOT NULL, 
	step_seq INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	guid TEXT NOT NULL, 
	name TEXT NOT NULL, 
	indexer VARCHAR(120) NOT NULL, 
	protocol VARCHAR(8) NOT NULL, 
	download_url TEXT NOT NULL, 
	page_url TEXT, 
	infohash VARCHAR(64), 
	size BIGINT NOT NULL, 
	seeders INTEGER, 
	quality VARCHAR(40) NOT NULL, 
	published DATETIME, 
	reasons JSON NOT NULL, 
	chosen BOOLEAN NOT NULL, 
	found DATETIME NOT NULL, score INTEGER, formats JSON, cures JSON, flags JSON, minimum_ratio FLOAT, minimum_seed_time BIGINT, 
	CONSTRAINT pk_releases PRIMARY KEY (id), 
	CONSTRAINT fk_releases_want_id_wants FOREIGN KEY(want_id) REFERENCES wants (id) ON DELETE CASCADE
);
INSERT INTO "releases" VALUES(1,1,2,0,'https://indexer.test/1','Tin.Comet.2021.1080p.WEB-DL.x264-GRP','Lab','torrent','https://indexer.test/dl/1?apikey=k','https://indexer.test/page/1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',4500000000,12,'WEBDL-1080p','2024-05-04 20:15:30.123456','[]',1,'2024-05-04 20:15:30.123456',0,'[]','[]',NULL,NULL,NULL);
INSERT INTO "releases" VALUES(2,1,2,1,'2','Tin.Comet.CAM','Lab','torrent','magnet:?x',NULL,NULL,1,NULL,'CAM',NULL,'["CAM is not wanted", "too small"]',0,'2024-05-04 20:15:30.123456',0,'[]','[]',NULL,NULL,NULL);
CREATE TABLE requests (
	id INTEGER NOT NULL, 
	title_id INTEGER NOT NULL, 
	slot_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	asked DATETIME NOT NULL, 
	cancelled DATETIME, 
	CONSTRAINT pk_requests PRIMARY KEY (id), 
	CONSTRAINT fk_requests_slot_id_slots FOREIGN KEY(slot_id) REFERENCES slots (id) ON DELETE CASCADE, 
	CONSTRAINT fk_requests_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_requests_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "requests" VALUES(1,1,1,1,'2024-05-04 20:15:30.123456',NULL);
INSERT INTO "requests" VALUES(2,2,2,2,'2024-05-04 21:15:30.123456',NULL);
CREATE TABLE seasons (
	id INTEGER NOT NULL, 
	title_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	monitored BOOLEAN NOT NULL, 
	CONSTRAINT pk_seasons PRIMARY KEY (id), 
	CONSTRAINT fk_seasons_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE, 
	CONSTRAINT uq_seasons_title_id_number UNIQUE (title_id, number)
);
INSERT INTO "seasons" VALUES(1,2,0,0);
INSERT INTO "seasons" VALUES(2,2,1,0);
CREATE TABLE sessions (
	token_hash VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	csrf VARCHAR(64) NOT NULL, 
	created DATETIME NOT NULL, 
	seen DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sessions_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "sessions" VALUES('3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0',1,'csrf','2024-05-04 20:15:30.123456','2024-05-04 20:15:30.123456');
CREATE TABLE slots (
	id INTEGER NOT NULL, 
	title_id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	profile VARCHAR(80) NOT NULL, 
	root_folder TEXT NOT NULL, 
	CONSTRAINT pk_slots PRIMARY KEY (id), 
	CONSTRAINT fk_slots_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE, 
	CONSTRAINT uq_slots_title_id_name UNIQUE (title_id, name)
);
INSERT INTO "slots" VALUES(1,1,'main','1080p, small','Movies');
INSERT INTO "slots" VALUES(2,2,'main','1080p, small','Series');
CREATE TABLE titles (
	id INTEGER NOT NULL, 
	ref VARCHAR(80) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	name TEXT NOT NULL, 
	year INTEGER, 
	original_name TEXT, 
	tmdb INTEGER, 
	imdb VARCHAR(16), 
	tvdb INTEGER, 
	tvmaze INTEGER, 
	overview TEXT NOT NULL, 
	tagline TEXT NOT NULL, 
	runtime_minutes INTEGER, 
	genres JSON NOT NULL, 
	rating FLOAT, 
	status VARCHAR(40) NOT NULL, 
	released DATE, 
	poster TEXT, 
	backdrop TEXT, 
	monitored BOOLEAN NOT NULL, 
	added DATETIME NOT NULL, 
	refreshed DATETIME NOT NULL, 
	CONSTRAINT pk_titles PRIMARY KEY (id), 
	CONSTRAINT uq_titles_ref UNIQUE (ref)
);
INSERT INTO "titles" VALUES(1,'movie-tmdb-603','movie','Tin Comet',2021,'Blechkomet',603,'tt0133093',NULL,NULL,'A comet of tin. Жесть.','It rattles.',101,'["Science Fiction", "Comedy"]',7.5,'Released','2021-03-04','https://image.tmdb.org/t/p/original/tin.jpg',NULL,1,'2024-05-04 20:15:30.123456','2024-05-04 20:15:30.123456');
INSERT INTO "titles" VALUES(2,'series-tvmaze-82','series','Night Tram',2023,NULL,NULL,NULL,121361,82,'','',NULL,'[]',NULL,'',NULL,NULL,NULL,1,'2024-05-04 20:15:30.123456','2024-05-04 20:15:30.123456');
CREATE TABLE users (
	id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	name_key VARCHAR(64) NOT NULL, 
	role VARCHAR(12) NOT NULL, 
	password_hash VARCHAR(200) NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_name_key UNIQUE (name_key)
);
INSERT INTO "users" VALUES(1,'Anna','anna','owner','$argon2id$...','2024-05-04 20:15:30.123456');
INSERT INTO "users" VALUES(2,'Ben','ben','child','$argon2id$...','2024-05-04 20:15:30.123456');
CREATE TABLE wants (
	id INTEGER NOT NULL, 
	request_id INTEGER NOT NULL, 
	slot_id INTEGER NOT NULL, 
	episode_id INTEGER, 
	"key" VARCHAR(40), 
	CONSTRAINT pk_wants PRIMARY KEY (id), 
	CONSTRAINT fk_wants_episode_id_episodes FOREIGN KEY(episode_id) REFERENCES episodes (id) ON DELETE CASCADE, 
	CONSTRAINT fk_wants_request_id_requests FOREIGN KEY(request_id) REFERENCES requests (id) ON DELETE CASCADE, 
	CONSTRAINT fk_wants_slot_id_slots FOREIGN KEY(slot_id) REFERENCES slots (id) ON DELETE CASCADE, 
	CONSTRAINT uq_wants_key UNIQUE ("key")
);
INSERT INTO "wants" VALUES(1,1,1,NULL,'1:movie');
INSERT INTO "wants" VALUES(2,2,2,2,'2:2');
INSERT INTO "wants" VALUES(3,2,2,3,'2:3');
CREATE TABLE watching (
	id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	title_id INTEGER NOT NULL, 
	episode INTEGER NOT NULL, 
	position FLOAT NOT NULL, 
	duration FLOAT NOT NULL, 
	watched BOOLEAN NOT NULL, 
	changed DATETIME NOT NULL, 
	CONSTRAINT pk_watching PRIMARY KEY (id), 
	CONSTRAINT fk_watching_title_id_titles FOREIGN KEY(title_id) REFERENCES titles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_watching_user_id_users FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	CONSTRAINT uq_watching_user_id_title_id_episode UNIQUE (user_id, title_id, episode)
);
INSERT INTO "watching" VALUES(1,1,1,0,1800.5,6060.5,0,'2024-05-04 21:15:30.123456');
CREATE INDEX ix_journeys_state ON journeys (state);
CREATE INDEX ix_journeys_tale ON journeys (tale, subject);
CREATE INDEX ix_titles_imdb ON titles (imdb);
CREATE INDEX ix_titles_tmdb ON titles (tmdb);
CREATE INDEX ix_titles_tvdb ON titles (tvdb);
CREATE INDEX ix_titles_tvmaze ON titles (tvmaze);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_files_episode_id ON files (episode_id);
CREATE INDEX ix_files_slot_id ON files (slot_id);
CREATE INDEX ix_history_at ON history (at);
CREATE INDEX ix_history_title_id ON history (title_id);
CREATE INDEX ix_requests_title_id ON requests (title_id);
CREATE INDEX ix_requests_user_id ON requests (user_id);
CREATE INDEX ix_wants_episode_id ON wants (episode_id);
CREATE INDEX ix_wants_request_id ON wants (request_id);
CREATE INDEX ix_wants_slot_id ON wants (slot_id);
CREATE INDEX ix_releases_want_id ON releases (want_id, step_seq);
CREATE INDEX ix_grabs_download_id ON grabs (download_id);
CREATE INDEX ix_grabs_want_id ON grabs (want_id);
CREATE INDEX ix_picks_want_id ON picks (want_id);
CREATE INDEX ix_indexer_events_at ON indexer_events (at);
CREATE INDEX ix_indexer_events_indexer_id ON indexer_events (indexer_id, at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('indexers',1);
COMMIT;
