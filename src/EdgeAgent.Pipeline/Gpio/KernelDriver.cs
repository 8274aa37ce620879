using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// Lines through the kernel's character device alone, API version 2. An output has its level from the first moment, and
/// no library is needed, so it also works where there is none, as in a container that holds nothing but the agent.
/// </summary>
internal sealed class KernelDriver : ILineDriver
{
    // Places in struct gpio_v2_line_request.
    private const int Bytes = 592, Consumer = 256, Flags = 288, AttributeCount = 296,
        AttributeId = 320, AttributeValue = 328, AttributeMask = 336, LineCount = 560, File = 588;
    private const uint OutputValues = 2;

    public LineAddress Find(LineChoice choice) => LineFinder.Find(choice);

    public ILine Output(LineAddress address, bool isHigh) => Request(address, GpioCalls.Output, isHigh);

    public ILine Input(LineAddress address, LineBias bias) => Request(address, GpioCalls.Input | bias switch
    {
        LineBias.PullUp => GpioCalls.PullUp,
        LineBias.PullDown => GpioCalls.PullDown,
        LineBias.Disabled => GpioCalls.NoBias,
        _ => 0,
    }, level: null);

    private static KernelLine Request(LineAddress address, ulong flags, bool? level)
    {
        using var chip = GpioChip.Open(address.Chip);
        Span<byte> request = stackalloc byte[Bytes];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, address.Offset);
        "edgeagent"u8.CopyTo(request[Consumer..]);
        BinaryPrimitives.WriteUInt64LittleEndian(request[Flags..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(request[LineCount..], 1);
        if (level is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(request[AttributeCount..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(request[AttributeId..], OutputValues);
            BinaryPrimitives.WriteUInt64LittleEndian(request[AttributeValue..], level.Value ? 1u : 0u);
            BinaryPrimitives.WriteUInt64LittleEndian(request[AttributeMask..], 1);
        }
        var error = GpioCalls.Call(chip.Handle, GpioCalls.RequestLines, request);
        if (error != 0) throw Refused(chip, address, error);
        return new KernelLine(new SafeFileHandle(BinaryPrimitives.ReadInt32LittleEndian(request[File..]), ownsHandle: true), address);
    }

    private static LineException Refused(GpioChip chip, LineAddress address, int error) => error switch
    {
        GpioCalls.Busy => new LineException($"{address} is in use by {(chip.StateOf(address.Offset).Consumer is { Length: > 0 } user ? user : "the kernel")}"),
        GpioCalls.Invalid when !chip.IsModern =>
            new LineException($"{address}: this kernel is older than Linux 5.10; use driver = \"libgpiod1\""),
        GpioCalls.NoRight or GpioCalls.AccessDenied => new LineException($"{address} must not be used by this user"),
        _ => new LineException($"{address} is refused: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    /// <summary>A line request: a file of its own, so that the chip need not stay open.</summary>
    private sealed class KernelLine(SafeFileHandle handle, LineAddress address) : ILine
    {
        public void Write(bool isHigh) => Call(GpioCalls.SetValues, isHigh);

        public bool Read() => Call(GpioCalls.GetValues, value: false);

        public void Dispose() => handle.Dispose();

        private bool Call(uint request, bool value)
        {
            Span<byte> values = stackalloc byte[16];
            BinaryPrimitives.WriteUInt64LittleEndian(values, value ? 1u : 0u);
            BinaryPrimitives.WriteUInt64LittleEndian(values[8..], 1);
            var error = GpioCalls.Call(handle, request, values);
            if (error != 0) throw new LineException($"{address} is lost: {Marshal.GetPInvokeErrorMessage(error)}");
            return (BinaryPrimitives.ReadUInt64LittleEndian(values) & 1) != 0;
        }
    }
}
