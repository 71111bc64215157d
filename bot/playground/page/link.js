// The page's two ways to the server: a stream of what changed, and deeds.

/**
 * Do something at the server.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>} What it answered; `done` is false where it would not.
 */
export async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { done: false, why: "The playground has ended." };
  }
}

/**
 * Listen for what changes. A page that nobody looks at lets go of its connection, of which a browser
 * has few for all its tabs, and catches up from where it was when it is looked at again.
 * @param {(told: any) => void} tell
 * @param {(connected: boolean) => void} onState
 */
export function listen(tell, onState) {
  let source = null;
  let version = "";
  const open = () => {
    source = new EventSource(`/events?since=${encodeURIComponent(version)}`);
    source.onopen = () => onState(true);
    source.onerror = () => {
      onState(false);
      // A server that is another by now answers the browser's own tries with everything anew.
      if (source && source.readyState === EventSource.CLOSED) setTimeout(() => { close(); open(); }, 2000);
    };
    source.onmessage = (event) => {
      version = event.lastEventId;
      tell(JSON.parse(event.data));
    };
  };
  const close = () => {
    if (source) source.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (!source) open();
  });
  open();
}
