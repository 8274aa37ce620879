namespace EdgeAgent.Modeling.Tests;

/// <summary>Files that lie beside the tests.</summary>
internal static class Fixture
{
    /// <summary>A convolutional autoencoder over [batch, 32, 2] as PyTorch exports it.</summary>
    public static string Autoencoder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "autoencoder.onnx");
    /// <summary>A manifest for it, written by hand.</summary>
    public static string Manifest { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "autoencoder.manifest.json");
}
