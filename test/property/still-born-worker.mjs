// A worker that does not come to do anything.
throw new Error('no room');
