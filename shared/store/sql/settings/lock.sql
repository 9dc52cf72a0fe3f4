UPDATE settings SET value = value WHERE name = 'mode'
