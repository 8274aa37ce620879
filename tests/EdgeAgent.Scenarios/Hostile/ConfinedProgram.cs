using System.Diagnostics;
using System.Net.Sockets;
using EdgeAgent.Trials;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>A process that gives up its rights as a trial run does, and then tries what a hostile model would.</summary>
internal static class ConfinedProgram
{
    public const string Command = "confined";

    private const long MemoryBytes = 128L << 20;

    /// <summary>Prints what it could do all the same, a line each.</summary>
    /// <param name="folder">Where it may try.</param>
    /// <param name="isApart">Whether another thread has a filter of its own, so that not all threads can have ours.</param>
    public static int Run(string folder, bool isApart)
    {
        var kept = Path.Combine(folder, "kept");
        File.WriteAllText(kept, "x");
        if (isApart) ForeignFilter.OnAnotherThread();
        foreach (var missing in Confinement.Apply(MemoryBytes)) Console.WriteLine($"missing: {missing}");
        Try("open a socket", () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose());
        Try("start a program", () => Process.Start("true")?.WaitForExit());
        Try("write a file", () => File.WriteAllText(Path.Combine(folder, "new"), "x"));
        Try("change a file", () => File.AppendAllText(kept, "x"));
        Try("delete a file", () => File.Delete(kept));
        Try("make a folder", () => Directory.CreateDirectory(Path.Combine(folder, "more")));
        Try("move a file", () => File.Move(kept, kept + "2"));
        Try("change a file's rights", () => File.SetUnixFileMode(kept, UnixFileMode.UserRead));
        foreach (var what in DirectCalls.ThatSucceed(kept)) Console.WriteLine($"could {what}");
        Try("take 512 MiB", () =>
        {
            var memory = GC.AllocateUninitializedArray<byte>(512 << 20);
            Array.Fill(memory, (byte)1);
            GC.KeepAlive(memory);
        });
        // What a model does need goes on.
        Console.WriteLine($"reads {File.ReadAllText(kept)}");
        new Thread(() => Console.WriteLine("has threads")).Start();
        return 0;
    }

    private static void Try(string what, Action work)
    {
        try
        {
            work();
            Console.WriteLine($"could {what}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or OutOfMemoryException
            or System.ComponentModel.Win32Exception)
        {
            // As it should be.
        }
    }
}
