// The microphone: asked for, heard, given back.
import { sixteenBits } from './recording.js';

/** What both networks hear; where a browser does not resample, the server does. */
const RATE_HZ = 16000;

/** A sentence for people where there is no microphone. */
function refusal(error) {
  if (!navigator.mediaDevices) {
    return 'Browsers lend the microphone to pages of this machine and of https alone. Start the server with a certificate, or record to a file.';
  }
  const texts = {
    NotAllowedError: 'The browser was not allowed to use the microphone. It can be allowed beside the address of the page.',
    NotFoundError: 'There is no microphone.',
    NotReadableError: 'The microphone is in use by another program.',
  };
  return texts[error.name] || `The microphone cannot be used: ${error.message}`;
}

/** An AudioContext at our rate with the stream in it, or at the microphone's own where the browser cannot do that. */
function contextOf(stream) {
  const context = new AudioContext({ sampleRate: RATE_HZ });
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    context.close();
    const own = new AudioContext();
    return [own, own.createMediaStreamSource(stream)];
  }
}

/**
 * Opens it. Gives {rateHz, start(onBlock), stop(), lost(listener)}: `start` calls back with Int16Arrays, `stop` is a promise
 * that the last of them has come, `lost` tells when it was taken away. Throws an Error with a sentence for people.
 */
export async function openMicrophone() {
  let stream;
  try {
    // A voice that was filtered for telephony sounds less like itself.
    const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };
    stream = await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new Error(refusal(error));
  }
  const [context, source] = contextOf(stream);
  const track = stream.getAudioTracks()[0];
  let node;
  try {
    await context.audioWorklet.addModule('capture.js');
    node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 1 });
  } catch (error) {
    track.stop();
    context.close();
    throw new Error(`The browser cannot record: ${error.message}`);
  }
  const close = () => {
    track.stop();
    context.close();
  };
  return {
    rateHz: context.sampleRate,
    start(onBlock) {
      this.onBlock = onBlock;
      node.port.onmessage = ({ data }) => onBlock(sixteenBits(data.block));
      source.connect(node);
      // It is silent, but what leads nowhere is not run.
      node.connect(context.destination);
      context.resume();
    },
    stop() {
      return new Promise((done) => {
        const end = () => {
          clearTimeout(timer);
          close();
          done();
        };
        // A microphone that was pulled out may leave nobody there to answer.
        const timer = setTimeout(end, 1000);
        node.port.onmessage = ({ data }) => {
          this.onBlock(sixteenBits(data.block));
          if (data.last) end();
        };
        node.port.postMessage('stop');
      });
    },
    lost: (listener) => track.addEventListener('ended', listener),
  };
}
