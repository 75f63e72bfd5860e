// One socket, from opening to closing, whatever opens it: a browser, Node, or a package.

/** As much of a WebSocket as is needed; a browser's, Node's and that of `ws` have it. */
export interface WebSocketLike {
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket. */
export type WebSocketFactory = (url: string) => WebSocketLike;

/** How a socket ended. */
export interface Ending {
  /** Its close code; 1006 when it was cut off. */
  code: number;
  /** Whether it was ever open. */
  opened: boolean;
  /** The status the upgrade was refused with, where the socket tells. */
  status?: number | undefined;
}

/** The factory of an environment that has WebSockets. */
export const globalWebSocket: WebSocketFactory = (url) => {
  const Global = (globalThis as { WebSocket: new (url: string) => WebSocketLike }).WebSocket;
  return new Global(url);
};

/** A socket that is being listened to. */
export interface Listening {
  /** How it ended. */
  ended: Promise<Ending>;
  /** Ends it from this side, at once: nothing more is heard of it. */
  end(): void;
}

/** Opens a socket and passes its text frames on; gives it up when the first does not come in time. */
export function listen(
  factory: WebSocketFactory,
  url: string,
  greetWithinMs: number,
  heard: (text: string) => void,
): Listening {
  const socket = factory(url);
  let opened = false;
  let status: number | undefined;
  let end = () => {};
  const ended = new Promise<Ending>((resolve) => {
    const finish = (code: number) => {
      clearTimeout(timer);
      socket.onopen = socket.onmessage = socket.onclose = null;
      // Stays, because an error that nobody listens to ends some programs.
      socket.onerror = () => {};
      resolve({ code, opened, status });
    };
    end = () => {
      finish(1006);
      socket.close();
    };
    const timer = setTimeout(() => end(), greetWithinMs);
    socket.onopen = () => {
      opened = true;
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(timer);
      if (typeof data === 'string') heard(data);
    };
    socket.onclose = ({ code }) => finish(typeof code === 'number' ? code : 1006);
    socket.onerror = (event) => {
      // The only place where any implementation says why the upgrade was refused.
      const refused = /response: (\d{3})/.exec(String(event?.message ?? ''));
      status = refused ? Number(refused[1]) : status;
    };
  });
  return { ended, end: () => end() };
}
