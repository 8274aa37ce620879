using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>What the kernel says of a line.</summary>
/// <param name="Name">As the board names it; empty where it does not.</param>
/// <param name="Consumer">Who uses it; empty where nobody does.</param>
/// <param name="IsUsed">Whether somebody does.</param>
/// <param name="IsOutput">Its direction.</param>
internal readonly record struct LineState(string Name, string Consumer, bool IsUsed, bool IsOutput);

/// <summary>A chip, open. Looking at it changes nothing.</summary>
internal sealed class GpioChip : IDisposable
{
    private const string Prefix = "/dev/gpiochip";
    private const int NameBytes = 32;

    private GpioChip(SafeFileHandle handle, int number)
    {
        Handle = handle;
        Number = number;
        Span<byte> info = stackalloc byte[68];
        if (GpioCalls.Call(handle, GpioCalls.ChipInfo, info) != 0)
        {
            handle.Dispose();
            throw new LineException($"{Prefix}{number} is no GPIO chip");
        }
        Label = GpioCalls.Text(info.Slice(NameBytes, NameBytes));
        Lines = BinaryPrimitives.ReadInt32LittleEndian(info[64..]);
    }

    public SafeFileHandle Handle { get; }
    public int Number { get; }
    public string Name => string.Create(CultureInfo.InvariantCulture, $"gpiochip{Number}");
    /// <summary>What kind of chip it is, as <c>pinctrl-bcm2711</c>; unlike its number it is the same after each start.</summary>
    public string Label { get; }
    public int Lines { get; }

    /// <summary>Whether the kernel has the interface that we use (Linux 5.10); without it only libgpiod 1 helps.</summary>
    public bool IsModern
    {
        get
        {
            Span<byte> info = stackalloc byte[256];
            return GpioCalls.Call(Handle, GpioCalls.LineInfo, info) == 0;
        }
    }

    /// <summary>Numbers of the chips that this system has.</summary>
    public static IReadOnlyList<int> Numbers() =>
        [.. Directory.GetFiles("/dev", "gpiochip*")
            .Select(path => int.TryParse(path.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : -1)
            .Where(number => number >= 0).Order()];

    public static GpioChip Open(int number)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");
        try
        {
            // Shared both ways: otherwise the runtime would lock the file.
            return new GpioChip(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), number);
        }
        catch (UnauthorizedAccessException)
        {
            throw new LineException(
                $"{path} must not be opened: add the agent's user to the file's group, often `gpio`, and allow the device in the unit or "
                    + $"container");
        }
        catch (IOException e)
        {
            throw new LineException(e is FileNotFoundException
                ? $"there is no {path}{(Numbers() is { Count: > 0 } others ? $"; there is {string.Join(", ", others.Select(n => $"gpiochip{n}"))}" : "")}"
                : $"{path} cannot be opened: {e.Message}");
        }
    }

    public LineState StateOf(int offset)
    {
        Span<byte> info = stackalloc byte[256];
        BinaryPrimitives.WriteInt32LittleEndian(info[64..], offset);
        if (GpioCalls.Call(Handle, GpioCalls.LineInfo, info) == 0)
        {
            var flags = BinaryPrimitives.ReadUInt64LittleEndian(info[72..]);
            return new LineState(GpioCalls.Text(info[..NameBytes]), GpioCalls.Text(info.Slice(NameBytes, NameBytes)),
                (flags & GpioCalls.Used) != 0, (flags & GpioCalls.Output) != 0);
        }
        return StateByVersion1(offset);
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>The first version of the call, for kernels before 5.10.</summary>
    private LineState StateByVersion1(int offset)
    {
        Span<byte> info = stackalloc byte[72];
        info.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(info, offset);
        var error = GpioCalls.Call(Handle, GpioCalls.LineInfoV1, info);
        if (error != 0) throw new LineException($"{Name} line {offset}: {Marshal.GetPInvokeErrorMessage(error)}");
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(info[4..]);
        return new LineState(GpioCalls.Text(info.Slice(8, NameBytes)),
            GpioCalls.Text(info.Slice(8 + NameBytes, NameBytes)), (flags & 1) != 0, (flags & 2) != 0);
    }
}
