//! run-speakrs MODELS OUT WAV...: speakrs on its native CPU path; turns to OUT, seconds to standard output.
use std::{error::Error, fs, path::Path, time::Instant};

use speakrs::{ExecutionMode, OwnedDiarizationPipeline};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().collect();
    let out = Path::new(&arguments[2]);
    let mut pipeline = OwnedDiarizationPipeline::from_dir(Path::new(&arguments[1]), ExecutionMode::Cpu)?;
    for file in &arguments[3..] {
        let samples = hound::WavReader::open(file)?
            .samples::<i16>()
            .map(|sample| sample.map(|value| f32::from(value) / 32768.0))
            .collect::<Result<Vec<f32>, _>>()?;
        let name = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or("recording");
        let began = Instant::now();
        let found = pipeline.run(&samples)?;
        println!("{{\"file\": \"{name}\", \"wall_s\": {}}}", began.elapsed().as_secs_f64());
        fs::write(out.join(format!("{name}.rttm")), found.rttm(name))?;
    }
    Ok(())
}
