using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Tensors;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>What must be the same for a device's state to be taken over: of all of it the model, of its calibration less.</summary>
internal sealed class DetectorIdentity
{
    public const int DigestBytes = Sha256.DigestBytes;

    public DetectorIdentity(string detector, BundleManifest manifest)
    {
        Detector = detector;
        var channels = Channels = manifest.Channels.Count;
        // States are kept beside all else, and checked by themselves: a model that begins to keep some is the same.
        if (manifest.Calibration.Renew is { States: > 0 } renew)
            manifest = manifest with { Calibration = manifest.Calibration with { Renew = renew with { States = 0 } } };
        Model = Digest(manifest with { Provenance = null, Figures = null, Decision = new ManifestDecision() });
        var calibrated = new BundleManifest { Channels = manifest.Channels, Calibration = manifest.Calibration with { Steady = null } };
        Calibration = Digest(
            manifest.CalibratesFeatures ? calibrated with { Window = manifest.Window, Input = manifest.Input } : calibrated);
        InputLength = WindowOrder.InputLength(manifest);
        (MeasuredLength, CalibratedLength) = manifest.CalibratesFeatures ? (InputLength, InputLength) : (0, channels);
        OutputLength = WindowOrder.OutputLength(manifest);
    }

    public string Detector { get; }

    /// <summary>Whether a device under one of them can go on under the other, with its window and its open anomaly.</summary>
    public bool IsSame(DetectorIdentity other) => Detector == other.Detector && Model.AsSpan().SequenceEqual(other.Model);

    /// <summary>Of the model with all that makes its windows and scores what they are.</summary>
    public byte[] Model { get; }
    /// <summary>Of the channels and of how they are calibrated.</summary>
    public byte[] Calibration { get; }
    public int Channels { get; }
    /// <summary>Features before their calibration; 0 where readings are calibrated.</summary>
    public int MeasuredLength { get; }
    /// <summary>Channels, or features of them, that are calibrated.</summary>
    public int CalibratedLength { get; }
    /// <summary>Values that the model sees at once.</summary>
    public int InputLength { get; }
    /// <summary>Values that it gives.</summary>
    public int OutputLength { get; }

    private static byte[] Digest(BundleManifest manifest) =>
        Sha256.Hash(JsonSerializer.SerializeToUtf8Bytes(manifest, BundleManifestJson.Default.BundleManifest));
}
