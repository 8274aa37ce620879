using System.Runtime.InteropServices;

namespace EdgeAgent.Inference.Sessions;

/// <summary>Keeps ONNX Runtime from sending usage events, which its Linux builds do by default since 1.29.</summary>
internal static partial class Telemetry
{
    /// <summary>To be called before the first call into ONNX Runtime.</summary>
    /// <remarks>.NET's own setter changes a copy of the environment that native code never sees.</remarks>
    public static void Disable() => _ = SetEnvironment("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
