-- Dump of the shop's database
CREATE TABLE tickets (id integer, account text, role text, sent_at timestamp, message_key text);
INSERT INTO tickets VALUES (1, 'Bike shop', 'customer', '2024-03-01 09:00:00', 'm1');
