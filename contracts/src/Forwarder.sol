// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// The logic behind every deposit address, version 1.
///
/// A deposit address is a 93-byte proxy made by ForwarderFactory. Its code ends in the terms it was made for (receiver,
/// fee receiver, fee in basis points), so the address itself commits to them: this contract reads them from the code of
/// the account it runs in, and has no owner, no setter and no other way out. Funds can reach the two committed accounts
/// and nobody else, whoever calls.
///
/// It refuses to run on its own account (which has no terms), to be re-entered, and to pretend that a transfer worked:
/// if the receiver cannot be paid the whole flush reverts and the funds stay where they are. A fee that cannot be
/// delivered goes to the receiver instead, so that a fee receiver can never hold a merchant's money.
contract Forwarder {
    /// Later settlement routes come as new versions with new addresses; addresses of this one stay flushable.
    uint256 public constant VERSION = 1;

    /// Where the terms begin in a proxy's runtime code, in bytes: everything before them is the same for all proxies.
    uint256 private constant TERMS_OFFSET = 51;
    /// receiver (20 bytes), fee receiver (20 bytes), fee in basis points (2 bytes, big endian).
    uint256 private constant TERMS_LENGTH = 42;
    uint256 private constant BPS_DENOMINATOR = 10_000;

    /// Gas given to the delivery of the fee, in native coin or token. A limit, so that a fee receiver which burns
    /// gas cannot make the flush fail; ample, so that no honest receiver or token needs more.
    uint256 private constant FEE_GAS = 150_000;
    /// Gas that must be left before the fee is sent. More than FEE_GAS * 64 / 63 plus the dearest value transfer
    /// (36 600), so that the fee call always gets its FEE_GAS: otherwise a caller could make it fail by choosing a
    /// low gas limit, and so keep the fee for the receiver.
    uint256 private constant FEE_GAS_REQUIRED = 200_000;

    address private immutable SELF = address(this);

    /// True while a flush of this account runs. Zero before and after, so the storage refund pays for most of it.
    bool private locked;

    /// `amount` base units of `token` (address zero: native coin) left this account; `fee` of them went to the fee
    /// receiver, all others to the receiver. What a token withholds in its own transfer is not subtracted.
    event Flushed(address indexed token, uint256 amount, uint256 fee);

    /// This is the shared logic, not a deposit address.
    error NotADepositAddress();
    error Reentered();
    /// `token` has no code on this chain, or does not answer `balanceOf`.
    error BalanceUnreadable(address token);
    error TransferFailed(address token, address to);
    /// The gas limit leaves too little for the fee to be delivered.
    error InsufficientGas();

    /// Sends the whole balance of `token` (address zero: native coin) to the committed accounts. Anyone may call.
    /// A balance of zero changes nothing and emits nothing.
    function flush(address token) external {
        (address receiver, address feeReceiver, uint256 feeBps) = terms();
        if (locked) revert Reentered();
        locked = true;

        uint256 balance = balanceOf(token);
        if (balance != 0) {
            uint256 fee = mulBpsFloor(balance, feeBps);
            if (fee != 0) {
                if (gasleft() < FEE_GAS_REQUIRED) revert InsufficientGas();
                if (!trySend(token, feeReceiver, fee, FEE_GAS)) fee = 0;
            }
            // Read again: a token may take its own fee from the sender, and a fee that was refused is still here.
            uint256 rest = balanceOf(token);
            if (rest != 0 && !trySend(token, receiver, rest, gasleft())) revert TransferFailed(token, receiver);
            emit Flushed(token, fee + rest, fee);
        }

        locked = false;
    }

    /// What this deposit address commits to.
    function terms() public view returns (address receiver, address feeReceiver, uint256 feeBps) {
        if (address(this) == SELF) revert NotADepositAddress();
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, TERMS_OFFSET, TERMS_LENGTH)
            receiver := shr(96, mload(0x00))
            feeReceiver := shr(96, mload(0x14))
            feeBps := and(shr(176, mload(0x20)), 0xffff)
        }
    }

    /// floor(amount * bps / 10000) without overflow for any amount: the factory holds bps to at most 1000.
    function mulBpsFloor(uint256 amount, uint256 bps) private pure returns (uint256) {
        return (amount / BPS_DENOMINATOR) * bps + ((amount % BPS_DENOMINATOR) * bps) / BPS_DENOMINATOR;
    }

    function balanceOf(address token) private view returns (uint256 found) {
        if (token == address(0)) return address(this).balance;
        bool ok;
        assembly ("memory-safe") {
            mstore(0x00, 0x70a0823100000000000000000000000000000000000000000000000000000000) // balanceOf(address)
            mstore(0x04, address())
            // At most one word comes back, whatever the token returns.
            ok := staticcall(gas(), token, 0x00, 0x24, 0x00, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            found := mload(0x00)
        }
        if (!ok) revert BalanceUnreadable(token);
    }

    function trySend(address token, address to, uint256 amount, uint256 gasLimit) private returns (bool ok) {
        if (token == address(0)) {
            assembly ("memory-safe") {
                ok := call(gasLimit, to, amount, 0, 0, 0, 0)
            }
            return ok;
        }
        bytes memory data = abi.encodeWithSelector(0xa9059cbb, to, amount); // transfer(address,uint256)
        assembly ("memory-safe") {
            ok := call(gasLimit, token, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            // Worked, if the token said exactly true, or said nothing (tokens older than the standard). That the
            // token has code is known: it has answered balanceOf.
            ok := and(ok, or(iszero(returndatasize()), and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))))
        }
    }
}
