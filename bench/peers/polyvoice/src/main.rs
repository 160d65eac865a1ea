//! run-polyvoice MODELS OUT WAV...: polyvoice's native kernels with VBx; turns to OUT, seconds to standard output.
use std::{error::Error, fs::File, path::Path, time::Instant};

use polyvoice::types::{Profile, SampleRate};
use polyvoice::{Pipeline, PipelineConfig, PowersetNative, ResNet34Native, VbxClusterer, VbxClustererConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (models, out) = (Path::new(&arguments[1]), Path::new(&arguments[2]));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut config = PipelineConfig::default();
    config.profile = Profile::Custom;
    config.embedder_pool_size = threads;
    let most = config.max_speakers as usize;
    let pipeline = Pipeline::builder()
        .config(config)
        .with_segmenter(Box::new(PowersetNative::from_onnx_path(models.join("powerset.onnx"))?))
        .with_embedder(Box::new(ResNet34Native::from_onnx_path(models.join("resnet34.onnx"))?))
        .with_clusterer(Box::new(VbxClusterer::from_dir_with_config(models, most, VbxClustererConfig::default())?))
        .build()?;
    for file in &arguments[3..] {
        let samples = hound::WavReader::open(file)?
            .samples::<i16>()
            .map(|sample| sample.map(|value| f32::from(value) / 32768.0))
            .collect::<Result<Vec<f32>, _>>()?;
        let name = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or("recording");
        let rate = SampleRate::new(16000).ok_or("16000 Hz is no sample rate")?;
        let began = Instant::now();
        let (found, _) = pipeline.run_with_timings(&samples, rate)?;
        println!("{{\"file\": \"{name}\", \"wall_s\": {}}}", began.elapsed().as_secs_f64());
        let mut turns = File::create(out.join(format!("{name}.rttm")))?;
        polyvoice::rttm::write_rttm(&mut turns, name, &found.turns)?;
    }
    Ok(())
}
