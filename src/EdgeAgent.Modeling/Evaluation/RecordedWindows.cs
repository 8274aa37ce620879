using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Windows of recordings as a device has them, before features are taken of them.</summary>
internal static class RecordedWindows
{
    /// <summary>At most so many windows of all recordings, evenly spread.</summary>
    /// <exception cref="ModelingException">A recording ends before a window is due, or the manifest calibrates features.</exception>
    public static List<GoldenWindow> Collect(BundleManifest manifest, IReadOnlyList<Recording> recordings, int limit)
    {
        if (manifest.CalibratesFeatures)
            throw new ModelingException(
                "the manifest calibrates features: what a device has learned is no part of a recording; leave out --data, and windows are invented");
        var share = Math.Max(1, (limit + recordings.Count - 1) / recordings.Count);
        return [.. recordings.SelectMany(r => Thin(Cut(manifest, r), share)).Take(limit)
            .Select(z => new GoldenWindow { Z = [.. z.Chunk(manifest.Channels.Count)] })];
    }

    private static List<float[]> Cut(BundleManifest manifest, Recording recording)
    {
        var device = new Device(recording.Name, ManifestSource.Name, lane: 0);
        var track = new DetectorTrack(device, new LaneDetector(ManifestSource.Detector(manifest), ModelBundle.InMemory(manifest), []));
        var (stage, channels) = (new WindowStage(NullLogger.Instance), ManifestSource.Channels(manifest));
        var windows = new List<float[]>();
        for (var row = 0; row < recording.Rows; row++)
        {
            if (stage.Take(track, recording.Times[row].Ticks, recording.Row(row), channels) != WindowOutcome.Ready) continue;
            var z = new float[track.Window.Values];
            track.Window.CopyTo(z, track.Calibration);
            windows.Add(z);
        }
        return windows.Count > 0 ? windows : throw ManifestSource.TooShort(manifest, recording, 0, recording.Rows);
    }

    private static IEnumerable<float[]> Thin(List<float[]> windows, int limit) => windows.Count <= limit ? windows
        : Enumerable.Range(0, limit).Select(i => windows[(int)((long)i * windows.Count / limit)]);
}
