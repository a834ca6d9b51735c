// Where the phone is, as well as it can tell within some seconds: {latitude, longitude, accuracy}, or the reason why not.
"use strict";

const GOOD = 60; // metres: better is not waited for
const SETTLES = 6000; // ms after the first fix in which a better one may come
const LONGEST = 20000; // ms

function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject("unavailable");
    let best = null;
    let timer = setTimeout(end, LONGEST);
    const watch = navigator.geolocation.watchPosition(better, failed, { enableHighAccuracy: true, maximumAge: 0 });

    function better({ coords }) {
      if (!best) {
        clearTimeout(timer);
        timer = setTimeout(end, SETTLES);
      }
      if (!best || coords.accuracy < best.accuracy) best = coords;
      if (best.accuracy <= GOOD) end();
    }

    function failed(error) {
      if (error.code === error.PERMISSION_DENIED) end("denied");
      else if (!best) end();
    }

    function end(why) {
      clearTimeout(timer);
      navigator.geolocation.clearWatch(watch);
      if (best) resolve(best);
      else reject(why || "unavailable");
    }
  });
}
