using System.Security.Cryptography;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.TestData;

/// <summary>Bundles small enough to compute by hand, and the real one that the repository ships.</summary>
internal static class TinyBundle
{
    /// <summary>
    /// A model whose score is the sum of its channels' newest values: two readings of 0 calibrate it (floor 1), so
    /// z is the value itself.
    /// </summary>
    public static BundleManifest Sum(params string[] channels) => new()
    {
        Name = "sum",
        Version = "1.0.0",
        Channels = [.. channels.Select(c => new ManifestChannel { Name = c, Unit = "V", Floor = 1 })],
        Calibration = new ManifestCalibration { Readings = 2, Clip = 1000 },
        Window = new ManifestWindow { Length = 1 },
        Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 1 }] },
    };

    public static byte[] SumModel(int channels) => TinyOnnx.Linear([.. Enumerable.Repeat(1f, channels)]);

    /// <summary>Writes the bundle; the digest is filled in unless the manifest brings one.</summary>
    public static string Write(string folder, BundleManifest manifest, byte[] model)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, manifest.Model), model);
        if (manifest.Sha256.Length == 0) manifest = manifest with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)) };
        var text = JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest);
        File.WriteAllText(Path.Combine(folder, ModelBundle.ManifestFile), text);
        return folder;
    }
}
