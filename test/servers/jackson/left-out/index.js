// In place of a driver that is not used.
module.exports = {};
